import DemoDomain
import Engine
import EventLog
import Glibc
import Kernel
import Synchronization
import Testing
import Wire
import ZeroMQ

@testable import Server

/// A log whose commits fail for good when told to.
private final class FailingLog: EventLog {
    private let inner = InMemoryEventLog(identity: StoreIdentity(uuid: "store", created: Timestamp(milliseconds: 0)))
    let hasFailed = Atomic(false)
    var identity: StoreIdentity { inner.identity }
    var space: SpaceState { inner.space }
    func read<Result>(_ body: (any LogReader) throws -> Result) throws -> Result { try inner.read(body) }
    func commit(_ commit: Commit) throws(LogFailure) {
        if hasFailed.load(ordering: .relaxed) { throw .failed("the sync failed") }
        try inner.commit(commit)
    }
}

/// The front door as a whole, over a log in memory and a socket file.
@Suite struct ServerTests {
    private let endpoint = "ipc:///tmp/skald-server-\(UInt64.random(in: 0 ... .max))"

    private func server(_ log: any EventLog) throws -> Server {
        let library = try DefinitionLibrary(registry: try Registry(DemoDomain.handlers), log: log)
        let settings = EngineConfiguration()
        let engine = try Engine(
            log: log, library: library, clock: SystemClock(), entropy: SystemEntropy(), configuration: settings)
        let queries = Queries(log: log, library: library, clock: SystemClock(), configuration: settings)
        let configuration = ServerConfiguration(endpoints: [endpoint], version: "0") { _ in }
        return try Server(engine: engine, queries: queries, configuration: configuration)
    }

    private func dealer() throws -> Socket {
        let socket = try Socket(try Context(), .dealer, [.receiveTimeout(.seconds(10))])
        try socket.connect(endpoint)
        return socket
    }

    private func ask(_ socket: Socket, _ text: String) throws -> String {
        try socket.send(Array(text.utf8))
        return String(decoding: try socket.receiveFrames().last ?? [], as: UTF8.self)
    }

    @Test func `a command is answered, and a server told to stop ends`() throws {
        let server = try server(FailingLog())
        let socket = try dealer()
        #expect(try ask(socket, "SKALD1 command a counter c - add\n{\"n\": 2}") == "SKALD1 ok a 1 1\n{\"value\":2}")
        server.stop()
        try server.waitUntilStopped()
    }

    @Test func `when the store fails nothing is acknowledged, and the server ends with the failure`() throws {
        let log = FailingLog()
        let server = try server(log)
        let socket = try dealer()
        #expect(try ask(socket, "SKALD1 command a counter c - add\n{\"n\": 2}").hasPrefix("SKALD1 ok a"))
        log.hasFailed.store(true, ordering: .relaxed)
        try socket.send(Array("SKALD1 command b counter c - add\n{\"n\": 2}".utf8))
        #expect(throws: LogFailure.failed("the sync failed")) { try server.waitUntilStopped() }
        try socket.set(.receiveTimeout(.milliseconds(200)))
        #expect(throws: ZMQError.again) { try socket.receiveFrames() }
    }

    @Test func `DX-04 each wait stands alone: one that ends leaves the others waiting`() throws {
        let server = try server(FailingLog())
        let (patient, other) = (try dealer(), try dealer())
        try patient.send(Array("SKALD1 request p command.result\n{\"id\": \"later\", \"wait_ms\": 8000}".utf8))
        #expect(
            try ask(other, "SKALD1 request q command.result\n{\"id\": \"never\", \"wait_ms\": 50}").hasPrefix(
                "SKALD1 error q not_found"))
        #expect(try ask(other, "SKALD1 command later counter c - add\n{\"n\": 1}").hasPrefix("SKALD1 ok later"))
        let reply = String(decoding: try patient.receiveFrames().last ?? [], as: UTF8.self)
        #expect(reply == "SKALD1 ok p\n{\"state\":\"done\",\"ok\":{\"version\":1,\"position\":1,\"result\":{\"value\":1}}}")
        server.stop()
        try server.waitUntilStopped()
    }

    @Test func `only its owner may open the socket file`() throws {
        let server = try server(FailingLog())
        var facts = stat()
        #expect(stat(String(endpoint.dropFirst(6)), &facts) == 0)
        #expect(facts.st_mode & 0o777 == 0o600)
        server.stop()
        try server.waitUntilStopped()
    }

    @Test func `answers that a slow client has not read yet still reach it after the word to stop`() throws {
        let server = try server(FailingLog())
        let socket = try Socket(try Context(), .dealer, [.receiveTimeout(.seconds(10)), .receiveHighWater(1)])
        try socket.connect(endpoint)
        let note = String(repeating: "x", count: 200_000)
        #expect(try ask(socket, "SKALD1 command a counter c - add\n{\"n\": 1, \"note\": \"\(note)\"}").hasPrefix("SKALD1 ok a"))
        for n in 0..<40 { try socket.send(Array("SKALD1 request r\(n) event.read".utf8)) }
        try socket.send(Array("SKALD1 request last server.info".utf8))
        var open = 40
        while !String(decoding: try socket.receiveFrames().last ?? [], as: UTF8.self).hasPrefix("SKALD1 ok last") { open -= 1 }
        server.stop()
        var pause = Poller()
        _ = try pause.wait(.seconds(1))
        for _ in 0..<open { #expect(try socket.receiveFrames().last?.count ?? 0 > note.utf8.count) }
        try server.waitUntilStopped()
    }
}
