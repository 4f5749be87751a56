import DemoDomain
import Skald

@main struct SkaldTool: SkaldServer { static let aggregates = DemoDomain.handlers }
