import Foundation
import Kernel
import Testing
import Wire

/// What `docs/protocol.md` shows is what happens.
@Suite struct ProtocolPageTests {
    private let page: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
    }

    private func block(after sentence: String, _ fence: String = "```\n") throws -> String {
        let start = try #require(page.range(of: sentence))
        let open = try #require(page.range(of: fence, range: start.upperBound..<page.endIndex))
        let close = try #require(page.range(of: "\n```", range: open.upperBound..<page.endIndex))
        return String(page[open.upperBound..<close.lowerBound])
    }

    @Test func `the frame in hexadecimal is the command above it`() throws {
        let bytes = try block(after: "The same command as it lies in the frame:").split(separator: "\n").flatMap { line in
            line.prefix(47).split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
        guard case .command(let command) = try ClientMessage.parse(bytes) else {
            Issue.record("not a command")
            return
        }
        #expect(command.id.text == "0190a1" && command.aggregate == AggregateID("account", "alice") && command.name == "deposit")
        #expect(try JSON.parse(command.body) == ["amount": 5])
    }

    @Test func `the encoded words are read as the page says`() throws {
        let line = try #require(try block(after: "exactly version 3, with headers:").split(separator: "\n").first)
        let bytes = Array(line.dropFirst(2).replacing(" ⏎ ", with: "\n").utf8)
        guard case .command(let command) = try ClientMessage.parse(bytes) else {
            Issue.record("not a command")
            return
        }
        #expect(command.aggregate.key == "Müller / Co" && command.expected == 3)
        #expect(command.headers == [Header("correlation", "order-7"), Header("x-who", "till 4")])
    }

    @Test func `the errors shown are the errors given`() throws {
        let lines = try block(after: "A misspelt verb, and another protocol:").split(separator: "\n").map { $0.dropFirst(2) }
        try #require(lines.count == 4)
        for (sent, answer) in [(lines[0], lines[1]), (lines[2], lines[3])] {
            let error = try #require(throws: FrameError.self) { try ClientMessage.parse(Array(sent.utf8)) }
            #expect(String(decoding: try #require(error.reply), as: UTF8.self) == answer.replacing(" ⏎ ", with: "\n"))
        }
    }

    @Test func `every error code and every reserved verb stands on the page`() {
        for code in ErrorCode.allCases { #expect(page.contains("`\(code.rawValue)`"), "\(code.rawValue)") }
        for verb in ClientMessage.reservedVerbs { #expect(page.contains("`\(verb)`"), "\(verb)") }
    }

    /// tools/test names a Python that has pyzmq; without it the one on PATH may have it.
    private static let python = ProcessInfo.processInfo.environment["SKALD_PYTHON"] ?? "python3"

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
    }

    private static let hasZeroMQ = (try? run(["-c", "import zmq"]))?.status == 0

    @Test(.enabled(if: hasZeroMQ, "pyzmq is missing; tools/test installs it"))
    func `the client in Python runs as printed`() throws {
        let code = try block(after: "A client in ten lines of Python:", "```python\n")
        #expect(code.split(separator: "\n").count == 10)
        let server = try Responder(at: "tcp://127.0.0.1:*", echo)
        let ran = try Self.run(["-c", code, server.endpoint, "Müller / Co"])
        #expect(ran.status == 0)
        #expect(ran.output == "('ok', {'amount': 5})\n")
        guard case .command(let command) = try ClientMessage.parse(try #require(server.received.first).frame) else {
            Issue.record("not a command")
            return
        }
        #expect(command.aggregate == AggregateID("account", "Müller / Co"))
    }
}
