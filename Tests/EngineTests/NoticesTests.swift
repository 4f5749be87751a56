import Testing

@testable import Engine

@Suite struct NoticesTests {
    @Test func `each subject is told of once a minute, and what is known of them stays bounded`() {
        var notices = Notices()
        #expect(notices.mayTell(of: "a", at: 0) && !notices.mayTell(of: "a", at: 59_999) && notices.mayTell(of: "b", at: 1))
        #expect(notices.mayTell(of: "a", at: 60_000) && !notices.mayTell(of: "a", at: 60_001))
        for n in 0...EngineLimits.notices { _ = notices.mayTell(of: "\(n)", at: 60_002) }
        #expect(Mirror(reflecting: notices).children.contains { ($0.value as? [String: Int64])?.count ?? .max <= EngineLimits.notices })
    }
}
