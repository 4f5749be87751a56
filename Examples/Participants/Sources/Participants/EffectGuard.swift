import GRDB

/// Watches over an effect: whoever ends the transaction around it would part the effect from its answer.
final class EffectGuard: TransactionObserver {
    struct Broken: Error, CustomStringConvertible {
        var description: String { "the transaction ended in the midst of the effect, which must not begin, commit or roll back" }
    }

    private(set) var isBroken = false

    func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { false }
    func databaseDidChange(with event: DatabaseEvent) {}

    /// Throwing makes a roll-back of the commit.
    func databaseWillCommit() throws {
        isBroken = true
        throw Broken()
    }

    func databaseDidCommit(_ db: Database) {}
    func databaseDidRollback(_ db: Database) { isBroken = true }
}
