// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.scalecube.cluster.membership.MemberStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of the protocol in our own form: all that is ever sent and accepted. */
sealed interface WireMessage {

  /**
   * A launch of a node.
   *
   * @param launchId the launch, which is the member's id for the protocol
   * @param nodeId the node
   * @param address where it is reached
   */
  record Launch(String launchId, String nodeId, String address) {}

  /**
   * What is claimed of a launch.
   *
   * @param incarnation grows each time the launch contradicts a suspicion or changes its metadata
   */
  record Claim(Launch launch, MemberStatus status, int incarnation) {}

  /** What a probe is. */
  enum ProbeKind {
    PING,
    PING_REQUEST,
    ACKNOWLEDGEMENT
  }

  /** What an acknowledgement says. */
  enum Verdict {
    REACHED,
    /** Another launch lives at the address. */
    GONE
  }

  /**
   * A step of a liveness check.
   *
   * @param verdict of acknowledgements only
   */
  record Probe(
      ProbeKind kind,
      String correlationId,
      Route route,
      @Nullable Verdict verdict)
      implements WireMessage {}

  /**
   * Between whom a probe goes.
   *
   * @param issuer who wants to know, if the check goes through a third member
   */
  record Route(Launch from, Launch to, @Nullable Launch issuer) {}

  /** All that a node knows, or its answer to the same of another. */
  record Table(boolean isAnswer, @Nullable String correlationId, List<Claim> claims)
      implements WireMessage {

    public Table {
      claims = List.copyOf(claims);
    }
  }

  /**
   * A claim that is passed on.
   *
   * @param relay the launch that sends it now
   * @param origin the launch that said it first
   * @param sequence number of the news of that launch
   */
  record News(String relay, String origin, long sequence, Claim claim) implements WireMessage {}

  /** Asks a launch for its metadata. */
  record MetadataRequest(String correlationId, Launch launch) implements WireMessage {}

  /** Tells them. */
  record MetadataAnswer(String correlationId, Launch launch, Announcement announcement)
      implements WireMessage {}
}
