import Testing

@testable import Engine

@Suite struct WorkerCreditTests {
    @Test(arguments: [(0, 0), (1, 0), (2, 1), (8, 1), (15, 1), (16, 2), (64, 8)])
    func `an eighth is kept for undos, at least one, unless one is all there is`(limit: Int, kept: Int) {
        var credit = WorkerCredit(peer: PeerID(number: 1), turn: 0)
        credit.limit = limit
        #expect(credit.kept == kept)
        #expect(credit.room(.forward) == limit - kept && credit.room(.undo) == limit)
    }

    @Test func `undos use what is kept before they take room from forward work`() {
        var credit = WorkerCredit(peer: PeerID(number: 1), turn: 0)
        credit.limit = 16
        credit.take(.undo, 2)
        #expect(credit.room(.forward) == 14 && credit.room(.undo) == 14)
        credit.take(.undo)
        #expect(credit.room(.forward) == 13)
        credit.take(.forward, 13)
        #expect(credit.room(.forward) == 0 && credit.room(.undo) == 0)
        credit.giveBack(.undo)
        #expect(credit.room(.forward) == 1 && credit.inUse == 15)
    }

    @Test func `more in use than there is credit leaves no room, and no less than none`() {
        var credit = WorkerCredit(peer: PeerID(number: 1), turn: 0)
        credit.take(.forward, 5)
        credit.limit = 3
        #expect(credit.room(.forward) == 0 && credit.room(.undo) == 0)
    }
}
