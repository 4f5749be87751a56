import EventLog
import LMDB

/// Why a store was not opened, copied or restored: for a person, with what to do next.
public enum StoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process, or this one, has it open.
    case inUse(String)
    /// It is not a store this program may use as it is.
    case refused(String)
    /// Its contents are not what was written.
    case corrupt(String)
    /// The operating system said no.
    case system(String)

    public var description: String {
        switch self {
        case .inUse(let text), .refused(let text), .corrupt(let text), .system(let text): text
        }
    }
}

extension StoreFailure {
    /// What an error while looking at a store's data means to a person.
    init(_ path: String, _ error: any Error) {
        if let failure = error as? StoreFailure {
            self = failure
        } else if let failure = error as? LogFailure {
            let advice = failure.reason.contains("restore a backup") ? "" : ": run `skald store verify --data DIR`, and restore a backup"
            self = .corrupt("\(path): \(failure.reason)\(advice)")
        } else if case .alreadyOpen(let directory)? = error as? LMDBError {
            self = .inUse("\(directory) is open in this process already")
        } else if case .corrupted(let text)? = error as? LMDBError {
            let advice = "restore a backup"
            self = .corrupt("\(path): \(text.contains(advice) ? text : "\(text): \(advice)")")
        } else {
            self = .system("\(path): \(error)")
        }
    }
}
