// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

/** Users, as people name them: by an e-mail address, or by the link of the document. */
final class UserLinks {
  static final String FACTORY = "/core/authz/users";

  private static final int NOT_FOUND = 404;

  private UserLinks() {}

  /** The link of a user's document. */
  static String of(String user) {
    return user.startsWith("/") ? user : FACTORY + "/" + user;
  }

  /**
   * Makes sure that there is a user.
   *
   * @throws CommandFailure that says so if there is none, or what the host says otherwise
   */
  static void require(RequestCommand command, String user) {
    var _ = found(command.exchange(new RequestDocument("GET", of(user), null)), user);
  }

  /** The user, whom an answer is about; as {@link #require}. */
  static String found(HostAnswer answer, String user) {
    if (answer.status() == NOT_FOUND) {
      throw CommandFailure.refused(
          "there is no user %s; cairn user list shows whom there is".formatted(user));
    }
    var _ = answer.requireSuccess();
    return user;
  }
}
