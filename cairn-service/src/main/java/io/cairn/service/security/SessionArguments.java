// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.security;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long sessions, API keys and the keys that sign tokens last, and how much guessing of
 * passwords is borne. The same on all hosts of a group. A part of a host's arguments.
 */
public final class SessionArguments {

  /** The longest time that a session may be allowed to last. */
  public static final long MOST_MICROS = TimeUnit.DAYS.toMicros(31);

  private static final long LEAST_MICROS = TimeUnit.MINUTES.toMicros(1);

  /** How many signing keys may be in use at once, less than the group keeps. */
  private static final int KEYS_AT_ONCE = 12;

  /** How long a session lasts whose login says nothing, in microseconds. */
  public long sessionTimeMicros = TimeUnit.HOURS.toMicros(1);

  /** How long a session lasts at most, in microseconds. */
  public long sessionLimitMicros = TimeUnit.DAYS.toMicros(1);

  /** After how long a new key signs tokens, in microseconds. */
  public long signingKeyRotationMicros = TimeUnit.DAYS.toMicros(30);

  /** How long a new API key may last, in microseconds; 0 for as long as its maker says. */
  public long apiKeyLimitMicros;

  /** How many logins of a user from one address may fail before the next ones have to wait. */
  public int loginFailures = 5;

  /** The same of all users from one address. */
  public int loginFailuresOfAddress = 30;

  /** The same of one user from all addresses; those wait for two seconds at most. */
  public int loginFailuresOfUser = 100;

  /** How long a user at an address has to wait at most, in microseconds. */
  public long loginWaitMicros = TimeUnit.MINUTES.toMicros(1);

  /** How long an address has to wait at most, in microseconds. */
  public long loginWaitOfAddressMicros = TimeUnit.MINUTES.toMicros(5);

  /** How long without a failure they are remembered, in microseconds. */
  public long loginFailuresKeptMicros = TimeUnit.MINUTES.toMicros(15);

  /** Returns the same settings, which whoever made these may not change any more. */
  public SessionArguments copy() {
    SessionArguments copy = new SessionArguments();
    copy.sessionTimeMicros = sessionTimeMicros;
    copy.sessionLimitMicros = sessionLimitMicros;
    copy.signingKeyRotationMicros = signingKeyRotationMicros;
    copy.apiKeyLimitMicros = apiKeyLimitMicros;
    copy.loginFailures = loginFailures;
    copy.loginFailuresOfAddress = loginFailuresOfAddress;
    copy.loginFailuresOfUser = loginFailuresOfUser;
    copy.loginWaitMicros = loginWaitMicros;
    copy.loginWaitOfAddressMicros = loginWaitOfAddressMicros;
    copy.loginFailuresKeptMicros = loginFailuresKeptMicros;
    return copy;
  }

  /** What is wrong with them, each in a sentence that names the setting; empty if nothing is. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    require(
        problems,
        sessionLimitMicros >= LEAST_MICROS && sessionLimitMicros <= MOST_MICROS,
        "--sessionLimit must be 1m to 31d");
    require(
        problems,
        sessionTimeMicros >= TimeUnit.SECONDS.toMicros(1)
            && sessionTimeMicros <= sessionLimitMicros,
        "--sessionTime must be 1s or more, and not longer than --sessionLimit");
    require(
        problems,
        signingKeyRotationMicros >= LEAST_MICROS,
        "--signingKeyRotation must be 1m or more");
    require(
        problems,
        signingKeyRotationMicros >= sessionLimitMicros / KEYS_AT_ONCE,
        "--signingKeyRotation must be at least a twelfth of --sessionLimit: each key is kept until"
            + " the last session that it has signed is over");
    require(
        problems,
        apiKeyLimitMicros == 0 || apiKeyLimitMicros >= LEAST_MICROS,
        "--apiKeyLimit must be 1m or more, or 0 for no limit");
    require(
        problems,
        loginFailures >= 1 && loginFailuresOfAddress >= 1 && loginFailuresOfUser >= 1,
        "--loginFailures, --loginFailuresOfAddress and --loginFailuresOfUser must be at least 1");
    require(
        problems,
        loginWaitMicros >= TimeUnit.SECONDS.toMicros(1)
            && loginWaitOfAddressMicros >= TimeUnit.SECONDS.toMicros(1),
        "--loginWait and --loginWaitOfAddress must be 1s or more");
    require(
        problems,
        loginFailuresKeptMicros >= Math.max(loginWaitMicros, loginWaitOfAddressMicros),
        "--loginFailuresKept must not be shorter than --loginWait and --loginWaitOfAddress");
    return problems;
  }

  private static void require(List<String> problems, boolean holds, String otherwise) {
    if (!holds) {
      problems.add(otherwise);
    }
  }

  /**
   * Checks them, for hosts that are started by a program.
   *
   * @throws IllegalArgumentException that says all that is wrong
   */
  public void check() {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }
}
