public import EventLog

extension LMDBEventLog {
    /// Throws what the check of a large store's tables has found since it was opened. Frees what readers that died with their
    /// process still hold: their old views would keep pages from being used again.
    public func maintain() throws(LogFailure) {
        try watch?.check()
        try checkReaders()
    }
}
