import Foundation

/// The built binary in a directory of its own, run as a person would run it; its server ends with it.
final class Installation {
    struct Run {
        let status: Int32
        let output: String
        let talk: String
    }

    let directory: URL
    private let binary: URL
    private var server: Process?

    init() throws {
        binary = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "skald")
        directory = URL(fileURLWithPath: "/tmp/skald-e2e-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    }

    deinit {
        _ = stop()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Starts a server and returns when it says that it is ready, or has ended.
    func serve(_ arguments: [String]) throws -> String {
        let talk = Pipe()
        server = try launch(["serve"] + arguments, output: nil, talk: talk)
        var said = ""
        while !said.contains("ready on"), let data = try talk.fileHandleForReading.read(upToCount: 1), !data.isEmpty {
            said += String(decoding: data, as: UTF8.self)
        }
        return said
    }

    /// Asks the server to stop; its exit status, nil when there is none.
    func stop() -> Int32? {
        guard let server else { return nil }
        server.terminate()
        server.waitUntilExit()
        self.server = nil
        return server.terminationStatus
    }

    func run(_ arguments: String..., input: String = "") throws -> Run {
        let (output, talk, standardInput) = (Pipe(), Pipe(), Pipe())
        let process = try launch(arguments, output: output, talk: talk, input: standardInput)
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        // What is said on standard error is short: it fits its pipe while standard output is read.
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        let told = try talk.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(
            status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            talk: String(decoding: told, as: UTF8.self))
    }

    /// Runs with standard output going to a file or device.
    func run(_ arguments: String..., outputTo path: String) throws -> Run {
        let talk = Pipe()
        let process = try launch(arguments, output: FileHandle(forWritingAtPath: path), talk: talk)
        let told = try talk.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Run(status: process.terminationStatus, output: "", talk: String(decoding: told, as: UTF8.self))
    }

    private func launch(_ arguments: [String], output: Any?, talk: Pipe, input: Pipe? = nil) throws -> Process {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.environment = ["PATH": "/usr/bin:/bin"]
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = talk
        process.standardInput = input ?? FileHandle.nullDevice
        try process.run()
        return process
    }
}
