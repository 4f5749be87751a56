/// Every combination of what was asked, the kind of step it met, and what became of it, that 2,000 seeds must show.
public enum CoverageGate {
    public static let combinations: [String] = []
}
