import EventLog
import LMDB

/// How much room is left, and the reserve that is given up when it runs out.
///
///     free on disk   ≥ amber: green │ < amber: amber │ < red: the reserve goes, still amber │ < red again: red
///     left of quota  ≥ amber: green │ < amber: amber │ < red: red
///
/// The reserve keeps room for undo and results even when others fill the disk; it comes back when there is room for it twice.
struct SpaceGauge {
    private let paths: StorePaths
    private let options: StoreOptions
    private let quota: Int
    private var hasReserve: Bool
    private var reserveTriedAt: Int64?
    private var freePages = 0
    private var freePagesAt: Int64?

    init(_ paths: StorePaths, _ options: StoreOptions) {
        self.paths = paths
        self.options = options
        quota = min(options.quotaBytes ?? .max, options.mapBytes)
        hasReserve = options.reserveBytes > 0 && FileSystem.size(paths.reserve) == options.reserveBytes
    }

    mutating func state(_ environment: Environment) -> SpaceState {
        max(disk(), quotaLeft(environment))
    }

    private mutating func disk() -> SpaceState {
        guard var free = FileSystem.free(paths.directory) else { return .green }
        if hasReserve && free < options.redBytes {
            giveUpReserve()
            free = FileSystem.free(paths.directory) ?? free
        } else if !hasReserve && options.reserveBytes > 0 && free >= options.amberBytes + options.reserveBytes {
            makeReserve()
        }
        if free < options.redBytes { return .red }
        let lacksReserve = options.reserveBytes > 0 && !hasReserve
        return free < options.amberBytes || lacksReserve ? .amber : .green
    }

    private mutating func quotaLeft(_ environment: Environment) -> SpaceState {
        guard let used = try? environment.information() else { return .red }
        let amber = min(options.amberBytes, quota / Limits.amberPart)
        let red = min(options.redBytes, quota / Limits.redPart)
        var left = quota - used.pagesUsed * used.pageSize
        if left < amber {
            countFreePages(environment)
            left += freePages * used.pageSize
        }
        return left < red ? .red : left < amber ? .amber : .green
    }

    /// Pages freed by expired receipts and caches are written again before the file grows. Walked seldom: the list is long
    /// just when space is short.
    private mutating func countFreePages(_ environment: Environment) {
        let now = FileSystem.uptime()
        if let last = freePagesAt, now - last < Limits.spaceWalkMilliseconds { return }
        freePagesAt = now
        freePages = (try? environment.read { transaction in try transaction.freePages() }) ?? 0
    }

    private mutating func giveUpReserve() {
        hasReserve = false
        FileSystem.remove(paths.reserve)
    }

    private mutating func makeReserve() {
        let now = FileSystem.uptime()
        if let last = reserveTriedAt, now - last < Limits.reserveMilliseconds { return }
        reserveTriedAt = now
        hasReserve = FileSystem.allocate(paths.reserve, bytes: options.reserveBytes)
    }
}
