import EventLog
import EventLogLMDB
import EventLogTesting
import Kernel

extension StoreOptions {
    /// Small, and with so many entries waiting to be folded; 0 puts every row with its commit.
    static func tail(_ entries: Int) -> StoreOptions {
        var options = StoreOptions.small
        options.tailEntries = entries
        return options
    }
}

/// Known contents for stores.
enum Filling {
    /// Each commit holds two entries of one event each, of `account/0` and `account/1`; bodies are `body-<commit>-<entry>`
    /// unless given.
    static func fill(_ log: any EventLog, commits: Int, body: String? = nil) throws {
        var scribe = try LogScribe(log)
        for commit in 0..<commits {
            for account in 0..<2 {
                let text = "{\"t\":\"\(body ?? "body-\(commit)-\(account)")\"}"
                let position = scribe.head.next.position
                let receipt = Receipt(
                    content: [UInt8](repeating: 1, count: 16), code: nil, version: UInt64(commit) + 1, position: position,
                    body: Array("{\"ok\":true}".utf8))
                try scribe.add(AggregateID("account", "\(account)"), [text], id: "id-\(position)", receipt: receipt)
            }
            scribe.commit.writes = [
                TableWrite(.snapshots, key: Array("account/0".utf8), value: [1]),
                TableWrite(.server, key: [UInt8(commit % 256)], value: [2]),
            ]
            try scribe.write()
        }
    }
}
