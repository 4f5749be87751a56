import ArgumentParser

/// An address of ZeroMQ: `tcp://HOST:PORT` or `ipc://PATH`.
struct Endpoint: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        guard let endpoint = try? Endpoint(argument: text) else { return nil }
        self = endpoint
    }

    /// For options: throws what is wrong with it, and what it could be.
    init(argument text: String) throws(EndpointProblem) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].last == ":", parts[1].isEmpty else {
            throw EndpointProblem("it does not say how to connect; write tcp://HOST:PORT or ipc://PATH")
        }
        switch parts[0] {
        case "ipc:":
            guard !parts[2].isEmpty else {
                throw EndpointProblem("it names no file; write ipc://PATH, like ipc:///run/skald.sock")
            }
        case "tcp:": try Self.check(tcp: String(parts[2]))
        default:
            throw EndpointProblem("\(Plain.text(String(parts[0].dropLast()))) is not spoken; write tcp://HOST:PORT or ipc://PATH")
        }
        self.text = text
    }

    private static func check(tcp address: String) throws(EndpointProblem) {
        guard let colon = address.lastIndex(of: ":"), !address.hasSuffix("]") else {
            throw EndpointProblem("it has no port; write tcp://\(address.isEmpty ? "127.0.0.1" : Plain.text(address)):7117")
        }
        let port = address[address.index(after: colon)...]
        guard let number = UInt16(port), number > 0 else {
            throw EndpointProblem("'\(Plain.text(String(port)))' is no port; give a number from 1 to 65535")
        }
        guard colon > address.startIndex else { throw EndpointProblem("it has no address; write tcp://127.0.0.1:\(number)") }
    }

    private init(known text: String) { self.text = text }

    /// Where a server started here without arguments listens.
    static let localSocket = "skald-data/skald.sock"
    static let local = Endpoint(known: "ipc://" + localSocket)
    static let loopback = Endpoint(known: "tcp://127.0.0.1:7117")
}

/// Why a text is no endpoint, and what to write instead.
struct EndpointProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
