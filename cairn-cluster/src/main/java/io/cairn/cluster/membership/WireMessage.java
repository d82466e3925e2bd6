// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The messages of the protocol: all that is ever sent and accepted. */
sealed interface WireMessage {

  /**
   * A launch of a node.
   *
   * @param launchId random and never used again, which makes it the member's id
   * @param nodeId the node
   * @param address where it is reached
   */
  record Launch(String launchId, String nodeId, URI address) {}

  /** What can be claimed of a launch. Nobody tells others that a member is given up. */
  enum Status {
    ALIVE,
    SUSPECT,
    LEFT
  }

  /**
   * What is claimed of a launch.
   *
   * @param incarnation grows each time the launch contradicts a suspicion or changes its metadata
   * @param version of what the launch says about itself
   * @param accusers hash codes of the launches that got no answer from it, of a suspect only
   */
  record Claim(Launch launch, Status status, int incarnation, int version, Set<Integer> accusers) {

    public Claim {
      // In order, so that what a run does follows from its seed.
      accusers = Collections.unmodifiableSet(new TreeSet<>(accusers));
    }
  }

  /** A step of a liveness check. */
  enum Step {
    PING,
    PING_REQUEST,
    ACK,
    NACK
  }

  /**
   * A step of a liveness check (SWIM, section 3.1).
   *
   * @param number of the check, by which its sender knows the answers
   * @param launchId who is checked
   * @param news rumours that ride along (SWIM, section 4.1)
   */
  record Probe(Step step, long number, String launchId, List<Claim> news) implements WireMessage {
    public Probe {
      news = List.copyOf(news);
    }
  }

  /** Rumours that travel by themselves. */
  record News(List<Claim> claims) implements WireMessage {
    public News {
      claims = List.copyOf(claims);
    }
  }

  /** All that a node knows, or its answer to the same of another. */
  record Table(boolean isAnswer, List<Claim> claims) implements WireMessage {
    public Table {
      claims = List.copyOf(claims);
    }
  }

  /**
   * Asks a launch to speak for itself.
   *
   * @param incarnation least one of an answer that counts: above that at which it was given up
   */
  record Question(String launchId, int incarnation) implements WireMessage {}

  /** A launch speaks for itself. */
  record Answer(Claim claim, Announcement announcement) implements WireMessage {}
}
