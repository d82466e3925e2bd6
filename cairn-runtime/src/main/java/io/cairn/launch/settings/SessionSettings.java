// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import static io.cairn.launch.settings.Setting.obeyed;

import java.util.List;

/** The settings that say how long sessions last, and how much guessing of passwords is borne. */
final class SessionSettings {

  private SessionSettings() {}

  static List<Setting> settings() {
    return List.of(
        obeyed(
            "sessionTime",
            "TIME",
            "1h",
            "how long a session lasts whose login does not say",
            (draft, text) ->
                draft.host.security.sessions.sessionTimeMicros = Values.positiveMicros(text)),
        obeyed(
            "sessionLimit",
            "TIME",
            "1d",
            "how long a session lasts at most",
            (draft, text) ->
                draft.host.security.sessions.sessionLimitMicros = Values.positiveMicros(text)),
        obeyed(
            "signingKeyRotation",
            "TIME",
            "30d",
            "after how long a new key signs the tokens of sessions",
            (draft, text) ->
                draft.host.security.sessions.signingKeyRotationMicros =
                    Values.positiveMicros(text)),
        obeyed(
            "apiKeyLimit",
            "TIME",
            "0",
            "how long a new API key lasts at most; 0 for as long as its maker says",
            (draft, text) -> draft.host.security.sessions.apiKeyLimitMicros = Values.micros(text)),
        obeyed(
            "loginFailures",
            "COUNT",
            "5",
            "logins of a user at an address that may fail before the next ones wait",
            (draft, text) ->
                draft.host.security.sessions.loginFailures = Values.count(text, 1, 1_000_000)),
        obeyed(
            "loginFailuresOfAddress",
            "COUNT",
            "30",
            "the same of all users at one address",
            (draft, text) ->
                draft.host.security.sessions.loginFailuresOfAddress =
                    Values.count(text, 1, 1_000_000)),
        obeyed(
            "loginFailuresOfUser",
            "COUNT",
            "100",
            "the same of one user at all addresses",
            (draft, text) ->
                draft.host.security.sessions.loginFailuresOfUser =
                    Values.count(text, 1, 1_000_000)),
        obeyed(
            "loginWait",
            "TIME",
            "1m",
            "how long a user at an address waits at most",
            (draft, text) ->
                draft.host.security.sessions.loginWaitMicros = Values.positiveMicros(text)),
        obeyed(
            "loginWaitOfAddress",
            "TIME",
            "5m",
            "how long an address waits at most",
            (draft, text) ->
                draft.host.security.sessions.loginWaitOfAddressMicros =
                    Values.positiveMicros(text)),
        obeyed(
            "loginFailuresKept",
            "TIME",
            "15m",
            "after how long without a failure they are forgotten",
            (draft, text) ->
                draft.host.security.sessions.loginFailuresKeptMicros =
                    Values.positiveMicros(text)));
  }
}
