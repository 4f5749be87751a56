import ArgumentParser

/// An address of ZeroMQ: `tcp://HOST:PORT` or `ipc://PATH`.
struct Endpoint: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, !parts[2].isEmpty else { return nil }
        switch parts[0] {
        case "ipc:": break
        case "tcp:":
            guard let colon = parts[2].lastIndex(of: ":"), colon > parts[2].startIndex,
                let port = UInt16(parts[2][parts[2].index(after: colon)...]), port > 0
            else { return nil }
        default: return nil
        }
        self.text = text
    }

    private init(known text: String) { self.text = text }

    /// Where a server started here without arguments listens.
    static let localSocket = "skald-data/skald.sock"
    static let local = Endpoint(known: "ipc://" + localSocket)
    static let loopback = Endpoint(known: "tcp://127.0.0.1:7117")
}

extension Endpoint: ExpressibleByArgument {
    init?(argument: String) { self.init(argument) }
}
