public import EventLog

extension LMDBEventLog {
    /// Frees what readers that died with their process still hold: their old views would keep pages from being used again.
    public func maintain() throws(LogFailure) { try checkReaders() }
}
