import Testing

/// The rules of the house held against the project as it lies here. `RuleTests` shows that each can fail.
@Suite struct HouseTests {
    private static let swift = ["Sources", "tools", "Tests", "Examples", "Benchmarks", "Package.swift"]
    private static let shipped = ["Sources", "tools", "Examples", "Benchmarks"]
    private static let pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs", "clients"]

    private func expectNone(_ findings: [Finding]) {
        for finding in findings { Issue.record("\(finding)") }
    }

    @Test func `imports follow the arrows`() throws {
        let files = try Project.files(in: ["Sources", "tools"], ending: [".swift"])
        #expect(files.count > 20)
        expectNone(files.flatMap(ImportRule.findings))
    }

    @Test func `files and functions stay small`() throws {
        expectNone(try Project.files(in: Self.swift, ending: [".swift"]).flatMap(SizeRule.findings))
    }

    @Test func `banned calls are not used, or say why`() throws {
        expectNone(try Project.files(in: Self.shipped, ending: [".swift"]).flatMap(BannedCallRule.findings))
    }

    @Test func `nothing half done is left`() throws {
        let endings = [
            ".swift", ".py", ".sh", ".md", ".yaml", ".c", ".h", "tools/test", "tools/demo", "tools/bench", "tools/faults",
            ".ci/run",
        ]
        expectNone(
            try Project.files(in: Self.swift + Self.pages + ["sagas", ".ci"], ending: endings).flatMap(LeftoverRule.findings))
    }

    @Test func `links between the pages lead somewhere`() throws {
        let headings: (String) -> [String] = { path in (try? Project.file(path)).map(LinkRule.headings) ?? [] }
        let pages = try Project.files(in: Self.pages, ending: [".md"])
        #expect(pages.count > 5)
        expectNone(pages.flatMap { LinkRule.findings(in: $0, exists: Project.exists, headings: headings) })
    }

    @Test func `every behaviour claimed is cited by the test that shows it`() throws {
        let page = try Project.file("docs/conformance.md")
        #expect(ConformanceRule.claims(in: page).count > 30)
        expectNone(ConformanceRule.findings(in: page) { try? Project.file("Tests/\($0)").text })
    }

    @Test func `every target is built with the strict settings`() throws {
        expectNone(SettingsRule.findings(in: try Project.file("Package.swift")))
    }

    @Test func `the upcoming features of the strict settings are really on`() {
        // A misspelt feature is ignored without a word, so their effect is asked for.
        var on: [String] = []
        #if hasFeature(ExistentialAny)
            on.append("ExistentialAny")
        #endif
        #if hasFeature(MemberImportVisibility)
            on.append("MemberImportVisibility")
        #endif
        #if hasFeature(InternalImportsByDefault)
            on.append("InternalImportsByDefault")
        #endif
        #if hasFeature(NoSuchFeatureEver)
            on.append("a feature that does not exist")
        #endif
        #expect(on == ["ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault"])
    }
}
