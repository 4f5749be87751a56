import EventLogTesting
import Foundation

/// A small disk of a test's own, in memory; only root can make one.
final class Disk {
    static var canBeMade: Bool { getuid() == 0 && run("/bin/mount", ["--version"]) }

    let path: String

    init(_ path: String, megabytes: Int) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        guard Disk.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path]) else {
            throw ContractViolation("tmpfs could not be mounted on \(path)")
        }
    }

    /// Fills the disk with a file of others.
    func fill(_ bytes: Int) throws { try Data(repeating: 1, count: bytes).write(to: URL(fileURLWithPath: other)) }

    /// Removes that file and returns when its room is free: a child that another test has just forked holds it open until it
    /// runs its own program.
    func empty() throws {
        let due = try free() + (FileManager.default.attributesOfItem(atPath: other)[.size] as? Int ?? 0)
        try FileManager.default.removeItem(atPath: other)
        let deadline = ContinuousClock.now + .seconds(30)
        while try free() < due {
            guard ContinuousClock.now < deadline else { throw ContractViolation("the room of \(other) is not given back") }
            sched_yield()
        }
    }

    private var other: String { path + "/other" }

    private func free() throws -> Int {
        try FileManager.default.attributesOfFileSystem(forPath: path)[.systemFreeSize] as? Int ?? 0
    }

    deinit { _ = Disk.run("/bin/umount", ["-l", path]) }

    private static func run(_ program: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
