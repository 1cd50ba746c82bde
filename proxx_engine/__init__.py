"""The public door of the engine: everything that `sidecar` and other programs may use."""

from proxx_engine.creation.build import Creation, create_jobs, write_job
from proxx_engine.creation.freezing import CreatedJob, CreationRequest
from proxx_engine.creation.job_files import read_jobspec_file
from proxx_engine.creation.probing import probe_source
from proxx_engine.creation.profiles import (
    DEFAULT_PROFILE,
    find_profile,
    load_profiles,
    read_profile,
)
from proxx_engine.errors import (
    CreationError,
    Issue,
    JobSpecValidationError,
    PlaceError,
    ProbeError,
    ProfileError,
    ProxxError,
    RequestError,
)
from proxx_engine.execution_adapter import execute_jobspec
from proxx_engine.journal import JobPlace, place_of_job, read_journal
from proxx_engine.phase1_lock import (
    Compliance,
    ComplianceState,
    Phase1ViolationError,
    assert_phase1_compliance,
    check_module_compliance,
)
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_job
from proxx_engine.planning.routing import RAW_EXTENSIONS, Route, route_source, source_format
from proxx_engine.preflight import Obstacle, look_before
from proxx_engine.recording import identify_worker, reject
from proxx_engine.results.checks import Check, VerificationReport
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    Failure,
    JobExecutionResult,
    WorkerIdentity,
)
from proxx_engine.results.failures import FailureKind, exit_code_of, failure_kinds
from proxx_engine.settlement import is_interrupted, settle_job
from proxx_engine.spec.decoding import decode_jobspec, decode_profile, encode_json
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, JobSpec
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.system.probe import Prober
from proxx_engine.system.process import NeverStop, StopFlags
from proxx_engine.system.self_test import Trial, try_folder
from proxx_engine.system.tools import Tools, find_tools

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PROFILE",
    "RAW_EXTENSIONS",
    "Check",
    "ClipExecutionResult",
    "ClipPlan",
    "ClipSpec",
    "Compliance",
    "ComplianceState",
    "CreatedBy",
    "CreatedJob",
    "Creation",
    "CreationError",
    "CreationRequest",
    "ExecutionPlan",
    "Failure",
    "FailureKind",
    "Issue",
    "JobExecutionResult",
    "JobPlace",
    "JobSpec",
    "JobSpecValidationError",
    "NeverStop",
    "Obstacle",
    "Phase1ViolationError",
    "PlaceError",
    "ProbeError",
    "Prober",
    "ProfileError",
    "ProfileSpec",
    "ProxxError",
    "RequestError",
    "Route",
    "StopFlags",
    "Tools",
    "Trial",
    "VerificationReport",
    "WorkerIdentity",
    "__version__",
    "assert_phase1_compliance",
    "check_module_compliance",
    "create_jobs",
    "decode_jobspec",
    "decode_profile",
    "encode_json",
    "execute_jobspec",
    "exit_code_of",
    "failure_kinds",
    "find_profile",
    "find_tools",
    "identify_worker",
    "is_interrupted",
    "load_profiles",
    "look_before",
    "place_of_job",
    "plan_job",
    "probe_source",
    "read_jobspec_file",
    "read_journal",
    "read_profile",
    "reject",
    "route_source",
    "settle_job",
    "source_format",
    "try_folder",
    "write_job",
]
