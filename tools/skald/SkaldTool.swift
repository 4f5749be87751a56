import DemoDomain
import SkaldCommandLine

@main
struct SkaldTool {
    static func main() { SkaldCommand.main(aggregates: DemoDomain.handlers) }
}
