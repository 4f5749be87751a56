import LMDB

extension StoreOpening {
    /// Refuses a data file that is cut short, before a look at a missing page would end the process with SIGBUS.
    ///
    /// LMDB counts pages it took and gave back within one commit and never wrote, so a whole file may be shorter than its count,
    /// but then every page it lacks is in the list of free ones. That list may be cut off itself: the file is made as long as
    /// the count first, which changes nothing of a good one, and the list is read from zeros at worst.
    static func checkSize(_ environment: Environment, _ paths: StorePaths) throws(LMDBError) {
        let information = try environment.information()
        let size = FileSystem.size(paths.data) ?? 0
        let whole = information.pagesUsed.multipliedReportingOverflow(by: information.pageSize)
        if !whole.overflow && size >= whole.partialValue { return }
        let cut = LMDBError.corrupted("\(paths.data) is cut short: restore a backup")
        let there = size / information.pageSize
        let lacking = information.pagesUsed - there
        guard !whole.overflow, lacking <= Limits.unwrittenPages,
            environment.isReadOnly || FileSystem.extend(paths.data, to: whole.partialValue)
        else { throw cut }
        do {
            let free = try environment.read { transaction in try transaction.freePages(from: there) }
            if free >= lacking { return }
        } catch {}
        if !environment.isReadOnly { _ = FileSystem.extend(paths.data, to: size) }
        throw cut
    }

    /// Refuses a data file whose root pages lead to another state than they say, before anything is read by them or written.
    static func checkRoots(_ environment: Environment, _ paths: StorePaths) throws(LMDBError) {
        let problem: String?
        do { problem = try environment.read { _ in RootPages.problem(paths.data) } } catch {
            throw error as? LMDBError ?? .corrupted("\(error)")
        }
        if let problem { throw .corrupted(problem) }
    }

    /// Refuses a data file whose list of free pages is damaged: the next commit would write over pages in use.
    static func checkFreePages(_ environment: Environment, _ paths: StorePaths) throws(LMDBError) {
        let pages = try environment.information().pagesUsed
        let isSound: Bool
        do { isSound = try environment.read { transaction in try transaction.areFreePagesSound(of: pages) } } catch {
            throw error as? LMDBError ?? .corrupted("\(error)")
        }
        guard isSound else { throw .corrupted("\(paths.data): its list of free pages is damaged: restore a backup") }
    }
}
