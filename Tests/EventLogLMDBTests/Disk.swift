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
