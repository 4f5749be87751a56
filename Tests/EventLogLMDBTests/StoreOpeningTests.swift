import EventLog
import EventLogLMDB
import EventLogTesting
import Foundation
import Kernel
import LMDB
import Testing

@Suite struct StoreOpeningTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private var path: String { directory.path + "/deep/data" }

    private func open(_ options: StoreOptions = .small) throws -> LMDBEventLog { try LMDBEventLog(path: path, options: options) }

    private func failure(_ body: () throws -> Void) -> StoreFailure? {
        do { try body() } catch { return error as? StoreFailure }
        return nil
    }

    /// Makes a store with a few commits, closed again.
    @discardableResult private func make() throws -> StoreIdentity {
        let log = try open()
        try Filling.fill(log, commits: 3)
        return log.identity
    }

    @Test func `a store is made with its directories, and is the same when opened again`() throws {
        let identity = try make()
        let log = try open()
        #expect(log.identity == identity)
        #expect(UUIDv7.time(of: identity.uuid) == identity.created)
        #expect(try log.read { $0.head.position } == 6)
        var scribe = try LogScribe(log)
        try scribe.add(AggregateID("account", "0"), ["{}"])
        try scribe.write()
        #expect(try log.read { try $0.stream(AggregateID("account", "0"))?.version } == 4)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o700)
    }

    @Test func `a second opening is told which process holds the store`() throws {
        let log = try open()
        let told = failure { _ = try open() }
        #expect(told == .inUse("\(path) is in use by process \(getpid()); stop it, or give this one another directory"))
        withExtendedLifetime(log) {}
    }

    @Test func `a child on its way to another program does not hold a store that was let go of`() throws {
        var log: LMDBEventLog? = try open()
        // Until it execs, a child has copies of all descriptors.
        let copies = try lockDescriptors().map { dup($0) }
        defer { copies.forEach { close($0) } }
        #expect(copies.count == 1 && log != nil)
        log = nil
        log = try open()
    }

    /// The descriptors of this process on the store's lock.
    private func lockDescriptors() throws -> [Int32] {
        let lock = URL(fileURLWithPath: path + "/LOCK").resolvingSymlinksInPath().path
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).filter {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == lock
        }
    }

    @Test func `another process cannot open a store for writing, and can once its holder is gone`() async throws {
        try make()
        let log = try open()
        await #expect(processExitsWith: .exitCode(7)) { [path = path as String] in
            do throws(StoreFailure) { _ = try LMDBEventLog(path: path, options: .small) } catch {
                exit(error.description.contains("in use by process") ? 7 : 8)
            }
        }
        withExtendedLifetime(log) {}
    }

    @Test(arguments: ["missing", "empty"]) func `a store whose data is lost is refused, not made anew`(_ how: String) throws {
        let identity = try make()
        try FileManager.default.removeItem(atPath: path + "/data.mdb")
        if how == "empty" { _ = FileManager.default.createFile(atPath: path + "/data.mdb", contents: nil) }
        let told = try #require(failure { _ = try open() })
        guard case .corrupt(let advice) = told else {
            Issue.record("\(told)")
            return
        }
        #expect(advice.contains("missing or empty") && advice.contains(identity.uuid) && advice.contains("restore a backup"))
        #expect(failure { _ = try StoreVerifier(path: path).run() } == told)
        #expect(failure { _ = try StoreStat.read(path: path) } == told)
    }

    @Test func `a store of a newer format is refused`() throws {
        try make()
        let file = try String(contentsOfFile: path + "/STORE", encoding: .utf8)
        try file.replacingOccurrences(of: "\"format\":1", with: "\"format\":2").write(
            toFile: path + "/STORE", atomically: true, encoding: .utf8)
        guard case .refused(let advice)? = failure({ _ = try open() }) else {
            Issue.record("it was opened")
            return
        }
        #expect(advice.contains("has format 2 and this program knows 1"))
    }

    @Test func `a description that cannot be read, or is of another store, is refused`() throws {
        try make()
        try "not a store".write(toFile: path + "/STORE", atomically: true, encoding: .utf8)
        guard case .refused? = failure({ _ = try open() }) else { throw ContractViolation("noise was taken for a description") }
        let other = "{\"uuid\":\"other\",\"format\":1,\"created\":\"2026-01-01T00:00:00.000Z\"}"
        try other.write(toFile: path + "/STORE", atomically: true, encoding: .utf8)
        guard case .refused(let advice)? = failure({ _ = try open() }) else { throw ContractViolation("another store was taken") }
        #expect(advice.contains("is of store other"))
        #expect(try StoreVerifier(path: path).run().problems.first?.place == path + "/STORE")
    }

    @Test func `data without a description is refused, and made a store by a restore`() throws {
        let identity = try make()
        try FileManager.default.removeItem(atPath: path + "/STORE")
        guard case .refused(let advice)? = failure({ _ = try open() }) else { throw ContractViolation("it was adopted") }
        #expect(advice.contains("store restore \(path) --data NEWDIR"))
        let restored = directory.path + "/restored"
        #expect(try StoreRestore.run(from: path, to: restored).isGood)
        #expect(try LMDBEventLog(path: restored, options: .small).identity == identity)
    }

    @Test func `a new store whose making was interrupted is made to its end`() throws {
        let identity = try open().identity
        try FileManager.default.removeItem(atPath: path + "/STORE")
        #expect(try open().identity == identity)
        #expect(FileManager.default.fileExists(atPath: path + "/STORE"))
    }

    @Test(arguments: [0, 100, 4_096]) func `a new store whose first pages were torn is made to its end`(_ size: UInt64) throws {
        _ = try open()
        try FileManager.default.removeItem(atPath: path + "/STORE")
        try #require(FileHandle(forWritingAtPath: path + "/data.mdb")).truncate(atOffset: size)
        try Filling.fill(try open(), commits: 1)
        #expect(try open().read { $0.head.position } == 2)
    }

    @Test(arguments: [1, 8, 200]) func `a data file that lacks its last pages is refused before they are looked at`(_ pages: Int)
        throws
    {
        let log = try open()
        try Filling.fill(log, commits: 2, body: String(repeating: "x", count: 2_000_000))
        _ = consume log
        let data = path + "/data.mdb"
        let size = try #require(try FileManager.default.attributesOfItem(atPath: data)[.size] as? Int)
        try #require(FileHandle(forWritingAtPath: data)).truncate(atOffset: UInt64(size - pages * 4_096))
        #expect(failure { _ = try open() } == .corrupt("\(data): \(data) is cut short: restore a backup"))
    }

    @Test func `a file that is not LMDB's, or is cut short, is refused by name`() throws {
        try make()
        let log = try open()
        try Filling.fill(log, commits: 4, body: String(repeating: "x", count: 2_000_000))
        _ = consume log
        let data = path + "/data.mdb"
        try #require(FileHandle(forWritingAtPath: data)).truncate(atOffset: 64 << 10)
        #expect(failure { _ = try open() } == .corrupt("\(data): \(data) is cut short: restore a backup"))
        try Data(repeating: 65, count: 64 << 10).write(to: URL(fileURLWithPath: data))
        guard case .corrupt(let advice)? = failure({ _ = try open() }) else { throw ContractViolation("noise was opened") }
        #expect(advice.contains("restore a backup"))
    }

    @Test(arguments: [0, 1], 0..<64)
    func `a bit flipped in the number of a root page is named, not taken for an older store`(_ page: Int, _ bit: Int) throws {
        try make()
        // LMDB's struct MDB_meta: its transaction number lies 144 bytes into the page.
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        let before = data.withUnsafeBytes { bytes in
            [0, 1].map { bytes.loadUnaligned(fromByteOffset: $0 * 4_096 + 144, as: UInt64.self) }
        }
        // The one bit that nobody can tell: the newer root then looks as LMDB leaves one that it could not write.
        if before[page] > before[1 - page] && before[page] ^ 1 << UInt64(bit) == before[page] - 2 { return }
        data[page * 4_096 + 144 + bit / 8] ^= 1 << (bit % 8)
        try data.write(to: url)
        guard case .corrupt(let text)? = failure({ _ = try open() }) else { throw ContractViolation("it was opened") }
        #expect(text.contains("restore a backup"))
        #expect(failure { _ = try StoreVerifier(path: path).run() } == .corrupt(text))
    }

    @Test(arguments: 3...6) func `a root that could not be written is not damage: the store is as before that commit`(
        _ commits: Int
    )
        throws
    {
        let log = try open()
        try Filling.fill(log, commits: commits)
        _ = consume log
        // LMDB then puts the number and the last page back, and leaves the rest.
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        let numbers = data.withUnsafeBytes { bytes in
            [0, 1].map { bytes.loadUnaligned(fromByteOffset: $0 * 4_096 + 144, as: UInt64.self) }
        }
        let newer = numbers[0] > numbers[1] ? 0 : 1
        let old = [4, numbers[newer] - 2].flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        data.replaceSubrange(newer * 4_096 + 136..<newer * 4_096 + 152, with: old)
        try data.write(to: url)
        #expect(try open().read { $0.head.position } == 2 * UInt64(commits - 1))
        #expect(try StoreVerifier(path: path).run().isGood)
    }

    @Test(arguments: [0, 1], 0..<64)
    func `a bit flipped in where a root page says the free pages are listed is named`(_ page: Int, _ bit: Int) throws {
        try make()
        // Behind the page's header, magic, version, address and size: 40 bytes of struct MDB_db, then its root.
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        data[page * 4_096 + 80 + bit / 8] ^= 1 << (bit % 8)
        try data.write(to: url)
        guard case .corrupt(let text)? = failure({ _ = try open() }) else { throw ContractViolation("it was opened") }
        #expect(text.contains("restore a backup"))
    }

    @Test func `a root page that leads to the tables of a commit before is named, not taken for an older store`() throws {
        try make()
        // Where LMDB keeps the root of all tables, 128 bytes into the page; the number is at 144.
        let url = URL(fileURLWithPath: path + "/data.mdb")
        var data = try Data(contentsOf: url)
        let numbers = data.withUnsafeBytes { bytes in
            [0, 1].map { bytes.loadUnaligned(fromByteOffset: $0 * 4_096 + 144, as: UInt64.self) }
        }
        let (newer, older) = numbers[0] > numbers[1] ? (128, 4_096 + 128) : (4_096 + 128, 128)
        data.replaceSubrange(newer..<newer + 8, with: data[older..<older + 8])
        try data.write(to: url)
        guard case .corrupt(let text)? = failure({ _ = try open() }) else { throw ContractViolation("it was opened") }
        #expect(text.contains("its list of free pages is damaged: restore a backup"))
    }

    @Test func `a list of free pages that names pages the file has not is unsound`() throws {
        try make()
        let log = try open()
        try Filling.fill(log, commits: 30)
        _ = consume log
        let environment = try Environment(path: path, mapSize: 1 << 30)
        let pages = try environment.information().pagesUsed
        #expect(try environment.read { transaction in try transaction.areFreePagesSound(of: pages) })
        #expect(try environment.read { transaction in try !transaction.areFreePagesSound(of: 3) })
    }

    @Test func `a damaged end is found at opening`() throws {
        try make()
        try Tampering.flip(path, behind: "body-2-1")
        guard case .corrupt(let text)? = failure({ _ = try open() }) else { throw ContractViolation("a damaged end was opened") }
        #expect(text.contains("(entry 6: its bytes do not match their CRC32C): run `skald store verify --data DIR`"))
    }

    @Test func `a directory that cannot be made is told with its path`() throws {
        _ = FileManager.default.createFile(atPath: directory.path + "/deep", contents: nil)
        guard case .system(let text)? = failure({ _ = try open() }) else { throw ContractViolation("it was made") }
        #expect(text.contains("/deep/data: Not a directory"))
    }
}
