// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.context;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * How often groups look after themselves, and how long they wait.
 *
 * @param check between two looks at everything, as a safety net: events cause most of the work
 * @param request how long a question to another node may take
 * @param seek between two rounds of questions of a node that has no group yet
 * @param merge between two rounds of questions to the configured peers
 * @param startup how long a node without a group prefers others to make one
 * @param detection how long after its start a leader believes that members not yet heard of may
 *     live
 * @param change how long a change of a group may take, with all retries
 * @param join how long a join may wait until it is accepted
 * @param making how long a partition that has just been made may be without a leader
 */
@RecordBuilder
public record GroupTimings(
    Duration check,
    Duration request,
    Duration seek,
    Duration merge,
    Duration startup,
    Duration detection,
    Duration change,
    Duration join,
    Duration making)
    implements GroupTimingsBuilder.With {

  /** Returns the defaults. */
  public static GroupTimings defaults() {
    return GroupTimingsBuilder.builder()
        .check(Duration.ofMillis(500))
        .request(Duration.ofSeconds(2))
        .seek(Duration.ofMillis(100))
        .merge(Duration.ofSeconds(1))
        .startup(Duration.ofSeconds(5))
        .detection(Duration.ofSeconds(5))
        .change(Duration.ofSeconds(15))
        .join(Duration.ofSeconds(60))
        .making(Duration.ofSeconds(5))
        .build();
  }
}
