// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.cluster.Member;
import io.cairn.cluster.ReplicaSet;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.api.Test;

class TenureTest {

  private static final long TERM = 7;

  @Test
  void stoppedReplicaThatIsAloneStillAnswers() {
    assertThat(Tenure.of(stopped(new Member("self", true)), "self")).isEqualTo(TERM);
  }

  @Test
  void stoppedReplicaOfSeveralDoesNotAnswer() {
    ReplicaSet replica = stopped(new Member("self", true), new Member("other", true));
    assertThat(Tenure.of(replica, "self")).isEqualTo(DocumentStorage.NO_TENURE);
  }

  @Test
  void stoppedJoinerThatKnowsOnlyItsTargetDoesNotAnswer() {
    ReplicaSet replica = stopped(new Member("target", true));
    assertThat(Tenure.of(replica, "self")).isEqualTo(DocumentStorage.NO_TENURE);
  }

  private static ReplicaSet stopped(Member... members) {
    return (ReplicaSet)
        Proxy.newProxyInstance(
            ReplicaSet.class.getClassLoader(),
            new Class<?>[] {ReplicaSet.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "leadership" -> null;
                  case "term" -> TERM;
                  case "members" -> List.of(members);
                  case "isStopped" -> true;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
