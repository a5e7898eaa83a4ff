"""What can go wrong on a wire, how each of it is switched on, and which tests do.

`faults` are names for `IMAGELAB_SANDBOX_FAULT` (see `imagelab.sandbox.faults`), each for one
call or as many as are counted: `rate_limit:3`. What only a socket can do, a server on this
machine does in the `tests` named. A test holds that every fault of the sandbox stands in a row, and
that every row names what is there.
"""

from __future__ import annotations

from dataclasses import dataclass

ODD = "test_an_odd_answer_is_paid_for_once_and_ends_in_images_or_a_typed_error"


@dataclass(frozen=True)
class Row:
    """One thing that goes wrong."""

    what: str
    faults: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


ROWS = (
    Row(
        "no connection: refused, no such name, a failed handshake",
        ("connect",),
        (
            "test_a_refused_connection_means_that_nothing_left",
            "test_a_failed_handshake_means_that_nothing_left",
            "test_a_certificate_for_another_name_means_that_nothing_was_sent",
            "test_a_name_without_numbers_may_have_one_later",
            "test_no_connection_in_time_means_that_nothing_left",
            "test_what_never_left_is_sent_again",
        ),
    ),
    Row(
        "a reset before the answer",
        ("reset_after_charge", "poll_reset", "download_reset"),
        (
            "test_a_reset_is_no_answer",
            "test_a_whole_answer_before_a_reset_is_an_answer",
            "test_a_download_can_break",
        ),
    ),
    Row(
        "an answer that is cut: in its body, in a chunk, before its length",
        ("truncated",),
        ("test_an_answer_that_was_cut_is_no_answer", "test_what_came_of_a_cut_answer_is_kept"),
    ),
    Row(
        "an answer that is odd and whole: hints before it, more after it, no length",
        ("huge_headers", "poll_huge_headers"),
        (
            "test_an_odd_answer_that_is_whole_is_an_answer",
            "test_a_refusal_that_comes_before_the_request_was_read_is_an_answer",
            ODD,
        ),
    ),
    Row(
        "silence, and answers that drip",
        ("stall", "slow"),
        (
            "test_an_answer_that_drips_ends_at_the_deadline",
            "test_a_vendor_that_stays_silent_is_left_after_a_while",
            "test_a_vendor_that_does_not_read_is_left_after_a_while",
        ),
    ),
    Row(
        "answers without end, and ones that unfold",
        ("download_bomb",),
        (
            "test_an_answer_is_stopped_at_the_cap",
            "test_a_compressed_answer_is_capped_by_what_it_unfolds_to",
        ),
    ),
    Row(
        "too many requests, with any Retry-After, and for ever",
        ("rate_limit",),
        (
            "test_retry_after_is_read_in_each_spelling",
            "test_no_header_text_is_an_exception",
            "test_a_refusal_for_ever_is_given_to_the_flow",
            "test_a_long_wait_is_for_a_person_to_decide",
        ),
    ),
    Row(
        "errors of the server, before and after it charged",
        (
            *("server_error_before_charge", "server_error_after_charge", "bad_gateway"),
            *("poll_server_error", "download_server_error"),
        ),
        (
            "test_any_other_complete_reply_is_given_to_the_flow_at_once",
            "test_a_free_question_is_given_up_in_the_end",
        ),
    ),
    Row(
        "answers that are no document, or not the one that is meant",
        (
            *("html", "null", "empty", "list", "number", "nested", "huge_number", "bad_text"),
            *("byte_order_mark", "wrong_type", "poll_empty", "poll_list", "poll_number"),
            *("poll_nested", "poll_huge_number", "poll_bad_text", "poll_byte_order_mark"),
            "poll_wrong_type",
        ),
        (ODD, "test_what_is_not_json_is_none", "test_polls_that_say_nothing_change_nothing"),
    ),
    Row(
        "an error beside an image, an image in a refusal",
        ("error_beside", "poll_error_beside", "bad_request_with_image"),
        (ODD, "test_images_beside_an_error_are_kept_first"),
    ),
    Row(
        "fields that are new, renamed, or of another type",
        (
            *("unknown_fields", "renamed_fields", "changed_types"),
            *("poll_unknown_fields", "poll_renamed_fields", "poll_changed_types"),
        ),
        (ODD, "test_any_answers_end_in_facts_or_a_typed_error"),
    ),
    Row(
        "fewer images than asked for, more, or some that failed",
        ("fewer", "partial", "more", "poll_more"),
        (ODD, "test_fewer_results_come_without_a_word"),
    ),
    Row(
        "images that are none, half of one, or of another format",
        (
            *("not_an_image", "inline_truncated", "inline_half", "inline_empty"),
            *("inline_other_format", "download_half", "download_empty", "download_other_format"),
            *("download_html", "download_svg", "download_wrong_type"),
        ),
        (ODD, "test_what_is_not_strictly_base64_is_none", "test_a_download_can_be_text"),
    ),
    Row(
        "refusals: the prompt, the key, the money, the model",
        ("moderation", "auth", "quota", "model_gone"),
        ("test_the_key_is_never_in_an_error", "test_a_fault_speaks_as_runware_does"),
    ),
    Row(
        "prices that are no prices",
        ("nan_price", "negative_price", "poll_nan_price", "poll_negative_price"),
        (ODD, "test_fractions_stay_exact_and_numbers_that_are_none_cost_nothing_else"),
    ),
    Row(
        "result addresses that are gone",
        ("expired", "download_forbidden"),
        (ODD, "test_a_failure_says_whether_asking_again_may_help"),
    ),
    Row(
        "result addresses that lead elsewhere: inside, in circles, from https to http",
        ("download_redirect_inside", "download_redirect_around"),
        (
            ODD,
            "test_a_forbidden_address_is_never_connected_to",
            "test_a_redirect_to_a_forbidden_address_is_never_connected_to",
            "test_redirects_are_followed_three_times_and_no_further",
            "test_a_redirect_from_https_to_http_is_refused",
            "test_no_key_and_no_cookie_goes_to_a_file_host",
        ),
    ),
    Row(
        "names that change their meaning",
        (),
        (
            "test_a_name_that_is_rebound_is_still_dialled_by_the_number_that_was_judged",
            "test_a_name_that_also_means_this_machine_is_refused",
        ),
    ),
    Row(
        "input addresses and files that give no image",
        (),
        (
            "test_an_address_that_gives_nothing_is_refused_and_nothing_is_sent",
            "test_an_image_is_taken_in_every_form_one_has_it_in",
        ),
    ),
    Row(
        "a paid task whose answer is lost, that is not known, late, or told of in another order",
        (),
        (
            "test_a_lost_task_is_found_under_our_own_id",
            "test_a_task_not_found_at_once_may_only_be_early",
            "test_a_task_nobody_knows_of_is_given_up_sooner",
            "test_an_image_that_is_late_after_another_failed_is_waited_for",
            "test_a_key_revoked_while_polling_leaves_the_task_open",
        ),
    ),
    Row(
        "streams of events: cut between and within them, in any pieces, with an error, for ever",
        ("stream_cut", "stream_cut_late", "stream_error"),
        (
            "test_however_it_is_cut_a_stream_reads_as_the_standard_says",
            "test_a_stream_that_comes_byte_by_byte_reads_the_same",
            "test_a_cut_stream_is_unknown_after_what_came_of_it",
            "test_events_are_durable_before_the_flow_sees_them",
            "test_an_answer_that_is_no_stream_is_a_reply_like_others",
            "test_any_stream_ends_in_facts_or_a_typed_error",
        ),
    ),
    Row(
        "wake-ups that are early, of others, doubled, or that never come",
        (),
        (
            "test_an_event_of_somebody_else_ends_nothing",
            "test_an_event_ends_one_wait_and_no_more",
            "test_a_stream_that_cannot_be_had_is_no_error",
            "test_a_stream_that_ended_is_opened_again",
            "test_a_stream_that_does_not_open_holds_nothing_up_for_long",
        ),
    ),
    Row(
        "proxies, and networks that answer in somebody else's name",
        (),
        (
            "test_the_proxy_of_the_environment_is_used_for_an_api_elsewhere",
            "test_no_proxy_stands_between_us_and_this_machine",
            "test_a_proxy_of_the_environment_is_left_to_httpx",
        ),
    ),
)
