import Testing

/// Each rule catches a violation planted in a string, at its line, and lets its repair pass: no rule is unable to fail.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String) -> SourceFile { SourceFile(path: path, text: text) }

    @Test func `an import against the arrows is found, at its line, with what is allowed`() {
        let found = ImportRule.findings(
            in: file("Sources/Wire/Frame.swift", "// a frame\npublic import Kernel\nimport Foundation\n"))
        #expect(found.map(\.line) == [3])
        #expect(
            found[0].description.hasPrefix("Sources/Wire/Frame.swift:3: Wire may not import Foundation: it may import Kernel"))
    }

    @Test(arguments: [
        ("Kernel", "import Glibc"), ("SagaModel", "@preconcurrency import Dispatch"), ("Engine", "import Server"),
        ("EventLog", "import CLMDB"), ("Server", "import struct Foundation.Date"), ("SkaldClient", "public import Engine"),
        ("EventLogLMDB", "import CCrypto"), ("NewTarget", "let a = 1"),
    ])
    func `a target may not import what lies above it, C that is not its own, or anything before it is in the table`(
        _ target: String, _ line: String
    ) {
        #expect(ImportRule.findings(in: file("Sources/\(target)/A.swift", line)).count == 1)
    }

    @Test func `an import in a comment or a string is none`() {
        let text = "// import Foundation\nlet a = \"import Foundation\"\nlet b = \"\"\"\n    import Foundation\n    \"\"\"\n"
        #expect(ImportRule.findings(in: file("Sources/Kernel/A.swift", text)).isEmpty)
    }

    @Test func `a file of 301 lines is found and one of 300 is not`() {
        let line = "// a line\n"
        #expect(SizeRule.findings(in: file("Sources/A/A.swift", String(repeating: line, count: 301))).map(\.line) == [301])
        #expect(SizeRule.findings(in: file("Sources/A/A.swift", String(repeating: line, count: 300))).isEmpty)
    }

    @Test(arguments: [
        "    public func long(a: Int = { 1 }(), b: String = \"{\")\n        throws -> Int\n    {",
        "    init<T>(_ t: T) where T: P {",
        "    @Test func `a sentence about init`() {", "    private static func x() {", "    deinit {",
    ])
    func `a function of 61 lines is found and one of 60 is not`(_ head: String) {
        let headLines = head.split(separator: "\n").count
        let body = { (lines: Int) in
            "struct A {\n\(head)\n" + String(repeating: "        if a { b() }\n", count: lines - headLines - 1) + "    }\n}\n"
        }
        let found = SizeRule.findings(in: file("Sources/A/A.swift", body(61)))
        #expect(found.count == 1 && found[0].line == 2 && found[0].message.contains("61 lines"))
        #expect(SizeRule.findings(in: file("Sources/A/A.swift", body(60))).isEmpty)
    }

    @Test func `a requirement without a body does not swallow what follows`() {
        let text =
            "protocol P {\n    func a()\n    func b() -> Int\n}\nstruct S {\n"
            + String(repeating: "    var a: Int { 1 }\n", count: 70)
            + "}\n"
        #expect(SizeRule.findings(in: file("Sources/A/A.swift", text)).isEmpty)
    }

    @Test(arguments: BannedCallRule.bans.map(\.call))
    func `a banned call is found, and passes with a reason on its line or the line above`(_ call: String) {
        let scan = { (text: String) in BannedCallRule.findings(in: self.file("Sources/Engine/A.swift", text)) }
        #expect(scan("let a = 1\nlet b = \(call)\n").map(\.line) == [2])
        #expect(scan("let b = \(call) // why: it is the only way\n").isEmpty)
        #expect(scan("// why: it is the only way\nlet b = \(call)\n").isEmpty)
        #expect(scan("// why: it is the only way\nlet a = 1\nlet b = \(call)\n").count == 1)
        #expect(scan("// \(call)\n").isEmpty)
        #expect(scan("let b = \"\(call)\"\n").isEmpty)
    }

    @Test func `the ports may read the clock, the command line may print, and a longer name is another call`() {
        #expect(BannedCallRule.findings(in: file("Sources/Server/SystemPorts.swift", "clock_gettime(a, b)")).isEmpty)
        #expect(BannedCallRule.findings(in: file("Sources/SkaldCommandLine/Output.swift", "print(a)")).isEmpty)
        #expect(BannedCallRule.findings(in: file("Sources/Engine/A.swift", "fingerprint(a)")).isEmpty)
    }

    @Test func `an interpolation does not hide the code behind it`() {
        let found = BannedCallRule.findings(in: file("Sources/Engine/A.swift", #"let a = "\(b["c"] ?? "d")"; try! e()"#))
        #expect(found.count == 1)
    }

    @Test(arguments: LeftoverRule.marks)
    func `a mark of something half done is found`(_ mark: String) {
        #expect(LeftoverRule.findings(in: file("docs/a.md", "fine\nlater: \(mark) this\n")).map(\.line) == [2])
        #expect(LeftoverRule.findings(in: file("docs/a.md", "a word that holds \(mark)LIST\n")).isEmpty)
    }

    @Test func `a link to a missing file or heading is found`() {
        let page = file(
            "docs/a.md", "[one](b.md) [two](../README.md#the-map)\n[three](c.md) [four](b.md#no) [web](https://a.b/c)\n")
        let found = LinkRule.findings(
            in: page, exists: { ["docs/b.md", "README.md", "docs/a.md"].contains($0) }, headings: { _ in ["the-map"] })
        #expect(found.map(\.line) == [2, 2])
        #expect(found[0].message.contains("c.md") && found[1].message.contains("b.md#no"))
        #expect(LinkRule.headings(of: file("a.md", "# The map: `x`\n")) == ["the-map-x"])
    }

    @Test func `a claim without a test, with a missing test or made twice is found`() {
        let page = file(
            "docs/conformance.md",
            "| id | behaviour | shown by |\n|---|---|---|\n| ES-01 | a | `x.py` |\n| ES-02 | b | `x.py` |\n| ES-03 | c | `y.py` |\n"
                + "| ES-04 | d | |\n| ES-01 | a | `x.py` |\n")
        let found = ConformanceRule.findings(in: page) { $0 == "x.py" ? "def test_one():  # ES-01" : nil }
        #expect(found.map(\.line) == [4, 5, 5, 6, 7])
        #expect(ConformanceRule.claims(in: page).count == 5)
    }

    @Test func `a target without the strict settings is found`() {
        let text = ".target(\n    name: \"A\",\n    swiftSettings: strict),\n.target(name: \"B\", dependencies: []),\n\n\n\n"
        #expect(SettingsRule.findings(in: file("Package.swift", text)).map(\.line) == [4])
    }
}
