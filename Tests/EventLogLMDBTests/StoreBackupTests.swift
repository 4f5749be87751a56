import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import Testing

@Suite struct StoreBackupTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/store" }
    private var backup: String { directory.path + "/backup" }
    private var restored: String { directory.path + "/restored" }

    init() throws { directory = try TemporaryDirectory() }

    private func entries(_ log: LMDBEventLog) throws -> [Entry] {
        var entries: [Entry] = []
        try log.read { reader in
            try reader.visitLog(after: nil) { entry in
                entries.append(entry)
                return true
            }
        }
        return entries
    }

    @Test func `a backup made while the store is in use is restored to the same store`() throws {
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 10)
        #expect(try log.backup(to: backup).isGood)
        let before = try entries(log)
        try Filling.fill(log, commits: 1)
        let report = try StoreRestore.run(from: backup, to: restored)
        #expect(report.isGood && report.entries == 20)
        let copy = try LMDBEventLog(path: restored, options: .small)
        #expect(copy.identity == log.identity)
        #expect(try entries(copy) == before)
        try Filling.fill(copy, commits: 1)
        #expect(try entries(copy).count == 22)
    }

    @Test func `another process makes a backup of a store in use`() async throws {
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 10)
        await #expect(processExitsWith: .success) { [path = path as String, backup = backup as String] in
            let report = try StoreBackup.run(from: path, to: backup)
            exit(report.isGood && report.entries == 20 ? 0 : 1)
        }
        try Filling.fill(log, commits: 1)
        #expect(try StoreVerifier(path: backup).run().entries == 20)
    }

    @Test func `a backup is its owner's alone, whatever the umask`() throws {
        let before = umask(0)
        defer { umask(before) }
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 1)
        #expect(try log.backup(to: backup).isGood)
        for file in try FileManager.default.contentsOfDirectory(atPath: backup) where file != "lock.mdb" {
            let mode = try FileManager.default.attributesOfItem(atPath: backup + "/" + file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test func `what root restores or verifies in a directory of somebody else's is theirs to open`() throws {
        guard geteuid() == 0 else { return }
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 1)
        #expect(try log.backup(to: backup).isGood)
        try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: true)
        #expect(chown(restored, 12_345, 12_346) == 0)
        #expect(try StoreRestore.run(from: backup, to: restored).isGood)
        #expect(try StoreVerifier(path: restored).run().isGood)
        let files = try FileManager.default.contentsOfDirectory(atPath: restored)
        #expect(files.contains("lock.mdb") && files.contains("data.mdb"))
        for file in files {
            let found = try FileManager.default.attributesOfItem(atPath: restored + "/" + file)
            #expect(found[.ownerAccountID] as? Int == 12_345 && found[.groupOwnerAccountID] as? Int == 12_346, "\(file)")
        }
    }

    @Test func `what an interrupted restore leaves is no store, and the next try clears it away`() throws {
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 10)
        #expect(try log.backup(to: backup).isGood)
        let whole = try Data(contentsOf: URL(fileURLWithPath: backup + "/data.mdb"))
        try FileManager.default.createDirectory(atPath: restored + "/UNFINISHED", withIntermediateDirectories: true)
        try whole.prefix(20_000).write(to: URL(fileURLWithPath: restored + "/UNFINISHED/data.mdb"))
        try whole.write(to: URL(fileURLWithPath: restored + "/data.mdb"))
        do {
            _ = try LMDBEventLog(path: restored, options: .small)
            Issue.record("it was adopted")
        } catch { #expect(error.description.contains("did not end: run it again")) }
        #expect {
            _ = try StoreVerifier(path: restored).run()
        } throws: { "\($0)".contains("a backup or restore into it did not end; run it again") }
        #expect(try StoreRestore.run(from: backup, to: restored).isGood)
        #expect(!FileManager.default.fileExists(atPath: restored + "/UNFINISHED"))
        #expect(try entries(try LMDBEventLog(path: restored, options: .small)).count == 20)
    }

    @Test func `a restore overwrites nothing`() throws {
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 2)
        #expect(try log.backup(to: backup).isGood)
        #expect(throws: StoreFailure.self) { try log.backup(to: backup) }
        #expect(throws: StoreFailure.self) { try StoreRestore.run(from: backup, to: path) }
        try FileManager.default.createDirectory(atPath: restored, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: restored + "/mine", contents: Data([1]))
        #expect(throws: StoreFailure.self) { try StoreRestore.run(from: backup, to: restored) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: restored) == ["mine"])
    }

    @Test func `no backup is made in the store's own directory, however that is written`() throws {
        try Filling.fill(try LMDBEventLog(path: path, options: .small), commits: 1)
        let link = directory.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        for target in [path, path + "/", path + "/new", path + "/new/deep", link + "/new", backup + "/../store/new"] {
            try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
            #expect(throws: StoreFailure.self, "\(target)") { try StoreBackup.run(from: path, to: target) }
        }
        #expect(try !FileManager.default.contentsOfDirectory(atPath: path).contains("new"))
        for target in [backup, directory.path + "/store-2", path + "/../beside"] {
            #expect(try StoreBackup.run(from: path, to: target).isGood, "\(target)")
        }
    }

    @Test func `a store in use is no backup, nor is a directory without a description`() throws {
        let log = try LMDBEventLog(path: path, options: .small)
        #expect(throws: StoreFailure.self) { try StoreRestore.run(from: path, to: restored) }
        #expect(throws: StoreFailure.self) { try StoreRestore.run(from: directory.path, to: restored) }
        #expect(throws: StoreFailure.self) { try StoreBackup.run(from: directory.path, to: backup) }
        withExtendedLifetime(log) {}
    }

    @Test func `a damaged backup is told of and does not become a store`() throws {
        let log = try LMDBEventLog(path: path, options: .small)
        try Filling.fill(log, commits: 30)
        #expect(try log.backup(to: backup).isGood)
        try Tampering.flip(backup, behind: "body-4-0")
        let report = try StoreRestore.run(from: backup, to: restored)
        #expect(report.problems.contains { $0.place == "entry 9" })
        #expect(!FileManager.default.fileExists(atPath: restored + "/STORE"))
        #expect(!FileManager.default.fileExists(atPath: restored + "/data.mdb"))
    }
}
