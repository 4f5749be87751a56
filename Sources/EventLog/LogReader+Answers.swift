import Kernel

extension LogReader {
    /// What was answered to this id; nil when nothing is remembered. An answer that is lost is an error: the id would run twice.
    public func answer(to id: String) throws(LogFailure) -> Receipt? {
        guard let key = try receipt(id) else { return nil }
        guard let entry = try entry(at: key), entry.cause.command.hasBytes(of: id), let receipt = entry.receipt else {
            throw .corrupt("receipt of \(id): entry \(key), which holds its answer, is not found")
        }
        return receipt
    }
}
