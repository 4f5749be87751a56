import Testing

@testable import SagaModel

@Suite struct PatternTests {
    @Test(arguments: [
        ("abc", "xabcx", true), ("^abc$", "xabc", false), ("^abc$", "abc", true), ("a|b", "cb", true),
        ("^(a|bc)*$", "abcbca", true),
        ("^(a|bc)*$", "abcb", false), ("^a{2,3}$", "aaaa", false), ("^a{2,3}$", "aaa", true), ("^a{2}$", "a", false),
        ("^a{2,}$", "aaaaa", true),
        ("^a{0}b$", "b", true), ("^[a-c0-9_]+$", "b7_", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]+$", "xbz", false),
        ("^\\d{3}$", "123", true),
        ("^\\w+\\s\\W$", "ab_1 !", true), ("^.$", "\n", false), ("^.$", "\u{1F600}", true), ("^\\.\\*$", ".*", true),
        ("^[\\]\\-]+$", "]-", true),
        ("^[a-]$", "-", true), ("", "anything", true), ("^$", "", true), ("^$", "x", false), ("^(?:ab)?c$", "c", true),
        ("^a?$", "aa", false),
        ("(^a|b$)", "xb", true), ("a$|^b", "ba", true), ("^()*$", "", true), ("^(a*)*$", "aaab", false), ("^[]a]*$", "]", false),
        ("x*", "", true),
        ("^\\S+@\\S+$", "me@example.org", true), ("\\\\", "a\\b", true), ("^\\t\\n$", "\t\n", true),
    ])
    func `a pattern matches as ECMA 262 says`(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try outcome(pattern, text) == (expected ? .matches : .fails))
    }

    @Test(arguments: [
        ("a(?=b)", 1), ("(?<n>a)", 0), ("a*?", 2), ("a++", 2), ("(a)\\1", 3), ("\\bword", 0), ("\\p{L}", 0), ("a{256}", 2),
        ("a{3,2}", 1), ("a{", 1),
        ("a{1", 3), ("{", 0), ("*a", 0), ("a|*", 2), ("(a", 0), ("a)", 1), ("[a", 0), ("[z-a]", 4), ("^*", 1), ("a**", 2),
        ("\\", 0), ("[[:alpha:]]", 1),
        ("[\\D]", 1), ("\u{e9}(", 2),
    ])
    func `what is not linear, or not known, is refused at its place`(_ pattern: String, _ offset: Int) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
        do { _ = try Pattern(pattern) } catch { #expect(error.offset == offset, "\(error)") }
    }

    @Test(arguments: ["(a{200}){200}", "((((((){255}){255}){255}){255}){255}){255}", String(repeating: "a", count: 5_000)])
    func `a pattern too large to run is refused`(_ pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }

    @Test(arguments: ["(a+)+$", "(a|aa)+$", "(a*)*b", "^(a|a?)+$", "^(([a-z])+.)+[A-Z]([a-z])+$"])
    func `no pattern takes exponential time`(_ pattern: String) throws {
        // A backtracking matcher would need longer than the universe has; this one looks at each character once per state.
        let text = String(repeating: "a", count: 8_000) + "!"
        #expect(try outcome(pattern, text) == .fails)
    }

    @Test func `a text longer than the limit is not called a mismatch`() throws {
        #expect(try outcome("^a*$", String(repeating: "a", count: DefinitionLimits.patternText)) == .matches)
        #expect(try outcome("^a*$", String(repeating: "a", count: DefinitionLimits.patternText + 1)) == .textTooLong)
    }

    @Test func `two counts of 255 fit in one pattern, and what does not fit is told the limit`() throws {
        #expect(try outcome("^[a-z]{0,255}-[a-z]{0,255}$", "abc-def") == .matches)
        let error = #expect(throws: PatternError.self) { try Pattern("^(ab){0,255}(cd){0,255}(ef){0,255}$") }
        #expect(error?.message.contains("2000 instructions") == true)
    }

    @Test func `patterns share one budget of work, which classes of many ranges spend faster`() throws {
        let text = String(repeating: "a", count: 1_000)
        var work = 10_000
        #expect(try Pattern("^(a?){200}$").match(text, work: &work) == .outOfWork)
        #expect(try Pattern("^a$").match("a", work: &work) == .outOfWork)
        let ranges = (0..<200).map { "\(Character(Unicode.Scalar(0x4E00 + 2 * $0) ?? "x"))" }.joined()
        let few = try spent("^[^b]*$", text)
        #expect(try spent("^[^\(ranges)]*$", text) > 20 * few)
    }

    private func spent(_ pattern: String, _ text: String) throws -> Int {
        var work = DefinitionLimits.patternWork
        _ = try Pattern(pattern).match(text, work: &work)
        return DefinitionLimits.patternWork - work
    }

    private func outcome(_ pattern: String, _ text: String) throws -> Pattern.Outcome {
        var work = DefinitionLimits.patternWork
        return try Pattern(pattern).match(text, work: &work)
    }
}
