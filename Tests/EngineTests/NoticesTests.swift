import Testing

@testable import Engine

@Suite struct NoticesTests {
    @Test func `each subject is told of once a minute`() {
        var notices = Notices()
        let begun = ["a", "a", "b"].map { notices.mayTell(of: $0, at: 59_999) }
        #expect(begun == [true, false, true])
        let later = [59_999 + 59_999, 59_999 + 60_000, 60_000 + 60_000].map { notices.mayTell(of: "a", at: $0) }
        #expect(later == [false, true, false])
    }

    @Test func `more subjects than are known within a minute are not told of, and none of those that were is told again`() {
        var notices = Notices()
        let subjects = (0..<2 * EngineLimits.notices).map { "subject \($0)" }
        let first = subjects.count { notices.mayTell(of: $0, at: 5) }
        let again = subjects.count { notices.mayTell(of: $0, at: 6) }
        #expect(first == EngineLimits.notices && again == 0)
        #expect(notices.told.count == EngineLimits.notices)
        let isTold = notices.mayTell(of: "another", at: 60_005)
        #expect(isTold)
        #expect(notices.told.count == 1)
    }
}
