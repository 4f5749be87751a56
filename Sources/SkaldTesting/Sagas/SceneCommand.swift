import Engine
import Kernel
import Wire

/// A command that sets the scene before the saga starts.
struct SceneCommand: Sendable {
    let address: String
    let name: String
    let body: JSON

    func play(on server: ScaffoldServer) throws {
        let parts = address.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw refused("an address is type/key, as hotel/oslo") }
        let command = CommandRequest(
            id: server.newID(), aggregate: AggregateID(parts[0], parts[1]), expected: nil, name: name, headers: [],
            body: body.bytes)
        switch try server.process(.command(command), crashing: false) {
        case .accepted?: return
        case .fault(let fault)?: throw refused("\(fault.code.rawValue): \(fault.message)")
        default: preconditionFailure("a new id has no answer yet")
        }
    }

    private func refused(_ why: String) -> Difference {
        Difference("given \(address) \(name) \(body.text)", expected: "accepted", actual: why)
    }
}
