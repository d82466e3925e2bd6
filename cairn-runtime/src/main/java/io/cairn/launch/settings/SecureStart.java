// SPDX-License-Identifier: Apache-2.0
package io.cairn.launch.settings;

import io.cairn.launch.settings.SettingSources.Found;
import io.cairn.net.LoopbackNames;
import io.cairn.runtime.ClusterArguments;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the setting {@code secure} stands for: clients have to say who they are, and the group
 * begins once, with one administrator. What would undo that is refused. For one thread.
 */
final class SecureStart {
  private static final String SECURE = "secure";
  private static final String AUTHORIZATION = "isAuthorizationEnabled";
  private static final String QUORUM = "membershipQuorum";

  private final Draft draft;
  private final ClusterArguments host;
  private final Map<String, Found> given;

  /**
   * Changes nothing yet.
   *
   * @param given what was written, by name
   */
  SecureStart(Draft draft, Map<String, Found> given) {
    this.draft = draft;
    this.host = draft.host;
    this.given = given;
  }

  /** Decides what nobody has said, before settings are checked against each other. */
  void apply() {
    if (!draft.secure) {
      return;
    }
    host.security.isAuthorizationEnabled |= said(AUTHORIZATION) == null;
    // Hosts that each began a group would each make an administrator before they found each other.
    draft.wantsMajority |= quorum() == null;
  }

  /**
   * Says what contradicts it.
   *
   * @param majority of the hosts that the settings name
   */
  void check(int majority, List<String> problems) {
    if (!draft.secure) {
      return;
    }
    Found authorization = said(AUTHORIZATION);
    if (authorization != null && !host.security.isAuthorizationEnabled) {
      contradicts(problems, authorization, "lets every client do everything");
    }
    Found clients = said("insecureClients");
    if (clients != null && host.security.insecureClients) {
      contradicts(problems, clients, "lets every client do everything");
    }
    Found peers = said("insecurePeers");
    if (peers != null && host.insecurePeers) {
      contradicts(problems, peers, "lets whoever reaches the port join as a peer");
    }
    Found quorum = quorum();
    if (quorum != null && host.membershipQuorum < majority && host.security.adminPassword == null) {
      problems.add(
          ("--secure and %s contradict each other: each host could begin a group of its own, with"
                  + " an administrator of its own. Leave it out, say %d, or give all hosts the same"
                  + " --adminPasswordFile")
              .formatted(quorum.origin(), majority));
    }
    if (!LoopbackNames.contains(host.bindAddress) && host.port >= 0) {
      problems.add(
          ("--secure, --bindAddress=%s and --port=%d contradict each other: passwords and tokens"
                  + " would cross the network in clear. Say --port=-1 --securePort=8443"
                  + " --certificateFile=FILE --keyFile=FILE; or, if a proxy in front speaks HTTPS,"
                  + " --isAuthorizationEnabled=true instead of --secure")
              .formatted(host.bindAddress, host.port));
    }
  }

  private static void contradicts(List<String> problems, Found found, String what) {
    problems.add(
        "--secure and %s=%s contradict each other, because that %s; leave one out"
            .formatted(found.origin(), found.value(), what));
  }

  /** Says in the table of settings where values come from. */
  void explain() {
    if (!draft.secure) {
      return;
    }
    if (said(AUTHORIZATION) == null) {
      draft.derive(AUTHORIZATION, true, SECURE);
    }
    if (quorum() == null) {
      draft.derive(QUORUM, host.membershipQuorum, SECURE + ": majority");
    }
  }

  private @Nullable Found said(String name) {
    return given.get(name);
  }

  private @Nullable Found quorum() {
    Found own = said(QUORUM);
    return own == null ? said(ClusterKeys.QUORUM) : own;
  }
}
