"""The public door of the engine: everything that `sidecar` and other programs may use."""

from proxx_engine._engines.contract import ResolveHost
from proxx_engine.cleaning import NAMELESS_SECONDS, Leaving, find_leavings, remove_leaving
from proxx_engine.creation.build import Creation, create_jobs, write_job
from proxx_engine.creation.failed_jobs import Choice, FailedJob, LeftAlone, choose_failed
from proxx_engine.creation.footage.file_kinds import load_file_kinds
from proxx_engine.creation.footage.found import Found
from proxx_engine.creation.footage.listing import why_passed_by
from proxx_engine.creation.footage.walk import walk_footage
from proxx_engine.creation.job_files import read_jobspec_file
from proxx_engine.creation.made_before import MadeBefore
from proxx_engine.creation.output_rules import (
    DEFAULT_RULE,
    RULES_BY_NAME,
    OutputRule,
    naming_template,
    profile_name,
)
from proxx_engine.creation.profiles.library import (
    DEFAULT_PROFILE,
    adjust_profile,
    find_profile,
    load_profiles,
    read_profile,
    write_profile,
)
from proxx_engine.creation.profiles.looks import read_lut
from proxx_engine.creation.profiles.text import profile_text
from proxx_engine.creation.request import CreatedJob, CreationRequest
from proxx_engine.creation.request_rules import check_request
from proxx_engine.creation.resubmitting import Resubmission, resubmit_jobs
from proxx_engine.creation.sound.shelf import SoundWish, read_sound
from proxx_engine.creation.sources.probing import probe_clip, probe_source
from proxx_engine.creation.sources.side_by_side import inspect_side_by_side
from proxx_engine.creation.timecodes.choosing import settle_timecode
from proxx_engine.creation.timecodes.lists import TimecodeList, read_timecode_list
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
from proxx_engine.execution_adapter import clear_remains, execute_jobspec, look_at_resolve
from proxx_engine.journal import JobPlace, last_owner, place_of_job, read_journal
from proxx_engine.phase1_lock import (
    Compliance,
    ComplianceState,
    Phase1ViolationError,
    assert_phase1_compliance,
    check_module_compliance,
)
from proxx_engine.planning.arguments.inputs import MAX_PIXELS, open_file
from proxx_engine.planning.cube import Cube, parse_cube
from proxx_engine.planning.path_maps import local_path, root_problem, same_root, used_maps
from proxx_engine.planning.plan import ClipPlan, ExecutionPlan, plan_here, plan_job
from proxx_engine.planning.routing import RAW_EXTENSIONS, Route, route_source, source_format
from proxx_engine.planning.written_paths import path_here
from proxx_engine.preflight import Obstacle, is_foreign, look_at_place, look_before
from proxx_engine.rejection import identify_worker, reject
from proxx_engine.result_store.finding import FoundResults, find_results
from proxx_engine.result_store.jobs import JobMark, read_mark
from proxx_engine.result_store.joining import ClipTry, JoinedJob, StoredResult
from proxx_engine.result_store.proven import ProvenProxies
from proxx_engine.result_store.proxies import ProxySeen, inspect_proxy, is_proven
from proxx_engine.result_store.reading import Unread, list_files
from proxx_engine.results.checks import Check, VerificationReport
from proxx_engine.results.execution_results import (
    ClipExecutionResult,
    Failure,
    JobExecutionResult,
    PathMap,
    WorkerIdentity,
)
from proxx_engine.results.failures import FailureKind, exit_code_of, failure_kinds
from proxx_engine.results.nle_support import nle_names
from proxx_engine.results.nle_verdicts import (
    has_another_shape,
    has_other_sound,
    takes_of_other_shapes,
    takes_of_other_sound,
)
from proxx_engine.settlement import is_interrupted, settle_job
from proxx_engine.spec.decoding import decode_jobspec, decode_profile, encode_json
from proxx_engine.spec.explaining import explain
from proxx_engine.spec.job_spec import ClipSpec, CreatedBy, JobSpec, RawProperty, ResolveClip
from proxx_engine.spec.media import Source
from proxx_engine.spec.model import parse_rate
from proxx_engine.spec.profile import ProfileSpec
from proxx_engine.spec.timecode import frames_of, nominal_rate, timecode_at, timecode_problem
from proxx_engine.system.clock import now_utc
from proxx_engine.system.durability import (
    append_line,
    create_exclusive,
    sync_file,
    sync_folder,
)
from proxx_engine.system.files import (
    free_bytes,
    free_files,
    hash_samples,
    make_folders_below,
    read_regular,
    replace_whole,
    sweep_parts,
    write_whole,
)
from proxx_engine.system.fonts import read_font
from proxx_engine.system.identity import ProcessIdentity, identify_process, identity_of
from proxx_engine.system.locks import hold_lock, read_lock, release_lock
from proxx_engine.system.probe import Prober
from proxx_engine.system.process import Limits, run_briefly, run_tool
from proxx_engine.system.publishing import publish
from proxx_engine.system.self_test import Trial, try_folder
from proxx_engine.system.stopping import NeverStop, StopFlags
from proxx_engine.system.tools import Tools, cpu_count, find_tools

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_PROFILE",
    "DEFAULT_RULE",
    "MAX_PIXELS",
    "NAMELESS_SECONDS",
    "RAW_EXTENSIONS",
    "RULES_BY_NAME",
    "Check",
    "Choice",
    "ClipExecutionResult",
    "ClipPlan",
    "ClipSpec",
    "ClipTry",
    "Compliance",
    "ComplianceState",
    "CreatedBy",
    "CreatedJob",
    "Creation",
    "CreationError",
    "CreationRequest",
    "Cube",
    "ExecutionPlan",
    "FailedJob",
    "Failure",
    "FailureKind",
    "Found",
    "FoundResults",
    "Issue",
    "JobExecutionResult",
    "JobMark",
    "JobPlace",
    "JobSpec",
    "JobSpecValidationError",
    "JoinedJob",
    "Leaving",
    "LeftAlone",
    "Limits",
    "MadeBefore",
    "NeverStop",
    "Obstacle",
    "OutputRule",
    "PathMap",
    "Phase1ViolationError",
    "PlaceError",
    "ProbeError",
    "Prober",
    "ProcessIdentity",
    "ProfileError",
    "ProfileSpec",
    "ProvenProxies",
    "ProxxError",
    "ProxySeen",
    "RawProperty",
    "RequestError",
    "ResolveClip",
    "ResolveHost",
    "Resubmission",
    "Route",
    "SoundWish",
    "Source",
    "StopFlags",
    "StoredResult",
    "TimecodeList",
    "Tools",
    "Trial",
    "Unread",
    "VerificationReport",
    "WorkerIdentity",
    "__version__",
    "adjust_profile",
    "append_line",
    "assert_phase1_compliance",
    "check_module_compliance",
    "check_request",
    "choose_failed",
    "clear_remains",
    "cpu_count",
    "create_exclusive",
    "create_jobs",
    "decode_jobspec",
    "decode_profile",
    "encode_json",
    "execute_jobspec",
    "exit_code_of",
    "explain",
    "failure_kinds",
    "find_leavings",
    "find_profile",
    "find_results",
    "find_tools",
    "frames_of",
    "free_bytes",
    "free_files",
    "has_another_shape",
    "has_other_sound",
    "hash_samples",
    "hold_lock",
    "identify_process",
    "identify_worker",
    "identity_of",
    "inspect_proxy",
    "inspect_side_by_side",
    "is_foreign",
    "is_interrupted",
    "is_proven",
    "last_owner",
    "list_files",
    "load_file_kinds",
    "load_profiles",
    "local_path",
    "look_at_place",
    "look_at_resolve",
    "look_before",
    "make_folders_below",
    "naming_template",
    "nle_names",
    "nominal_rate",
    "now_utc",
    "open_file",
    "parse_cube",
    "parse_rate",
    "path_here",
    "place_of_job",
    "plan_here",
    "plan_job",
    "probe_clip",
    "probe_source",
    "profile_name",
    "profile_text",
    "publish",
    "read_font",
    "read_jobspec_file",
    "read_journal",
    "read_lock",
    "read_lut",
    "read_mark",
    "read_profile",
    "read_regular",
    "read_sound",
    "read_timecode_list",
    "reject",
    "release_lock",
    "remove_leaving",
    "replace_whole",
    "resubmit_jobs",
    "root_problem",
    "route_source",
    "run_briefly",
    "run_tool",
    "same_root",
    "settle_job",
    "settle_timecode",
    "source_format",
    "sweep_parts",
    "sync_file",
    "sync_folder",
    "takes_of_other_shapes",
    "takes_of_other_sound",
    "timecode_at",
    "timecode_problem",
    "try_folder",
    "used_maps",
    "walk_footage",
    "why_passed_by",
    "write_job",
    "write_profile",
    "write_whole",
]
