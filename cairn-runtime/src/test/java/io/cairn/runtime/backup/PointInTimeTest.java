// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointInTimeTest {

  @Test
  void historyThatWasTrimmedIsSaidToBeInexact() {
    List<String> inexact = new ArrayList<>();
    PointInTime moment = new PointInTime(100, inexact::add);
    DocumentVersion trimmed = new DocumentVersion("/a", null, 7, 0, 150, "PUT", 0, new byte[0]);
    DocumentVersion fresh = new DocumentVersion("/b", null, 0, 0, 150, "POST", 0, new byte[0]);

    assertThat(moment.of(List.of(trimmed))).containsExactly(trimmed);
    assertThat(moment.of(List.of(fresh))).isEmpty();
    assertThat(inexact).containsExactly("/a");
  }
}
