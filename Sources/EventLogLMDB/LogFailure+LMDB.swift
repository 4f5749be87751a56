import EventLog
import LMDB

extension LogFailure {
    /// What an error of LMDB means to a reader.
    init(reading error: LMDBError) {
        switch error {
        case .corrupted(let text): self = .corrupt("a page of the data file: \(text)")
        default: self = .failed("the data file cannot be read: \(error)")
        }
    }
}

/// Runs calls of LMDB where failures are the log's.
@inline(__always)
func reading<Result: ~Copyable>(_ body: () throws(LMDBError) -> Result) throws(LogFailure) -> Result {
    do throws(LMDBError) { return try body() } catch { throw LogFailure(reading: error) }
}

extension LogFailure {
    /// The text alone.
    var reason: String {
        switch self {
        case .full(let text), .corrupt(let text), .failed(let text): text
        }
    }

    /// The text without the place it begins with.
    func reason(at place: String) -> String {
        reason.hasPrefix("\(place): ") ? String(reason.dropFirst(place.count + 2)) : reason
    }
}
