// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.service.state.ServiceStats.ServiceStat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatsFilterTest {
  private static ServiceStat stat() {
    ServiceStat stat = new ServiceStat();
    stat.name = "requestsPerDay";
    stat.latestValue = 1500;
    stat.version = 3;
    stat.unit = "it's";
    return stat;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "name eq requestsPerDay | true",
        "name eq 'requestsPerDay' | true",
        "name eq requests | false",
        "name eq *PerDay | true",
        "name eq requests* | true",
        "name eq *s*D* | true",
        "name eq 'x*' | false",
        "name ne x* | true",
        "name eq *PerDay and latestValue ge 1000.0 | true",
        "name eq *PerDay and latestValue ge 2000 | false",
        "latestValue lt 1 or version eq 3 | true",
        "latestValue lt 1 or version gt 3 | false",
        "not name eq a and version le 3 | true",
        "not (name eq *PerDay and version le 3) | false",
        "(latestValue gt 1 or name eq a) and version ne 3 | false",
        "latestValue gt 1 or name eq a and version ne 3 | true",
        "unit eq 'it''s' | true",
        "latestValue gt -5 | true",
        "name lt s | true",
        "name eq '?equestsPerDay' | false",
        "name eq 'requests\\\\*' | false",
        "unit eq null | false",
        "unit ne null | true",
        "unit eq 'null' | false",
        "latestValue eq 1.5e3 | true",
        "version eq 3.0 | true",
        "latestValue lt 1500.0000000000000000001 | true",
      })
  void selects(String filter, boolean expected) {
    assertThat(StatsFilter.parse(filter).test(stat())).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "name eq",
        "name eq a b",
        "name like a",
        "colour eq a",
        "latestValue eq abc",
        "(name eq a",
        "name eq a and",
        "name gt x*",
        ")",
        "name eq 'open",
        "latestValue lt NaN",
        "latestValue lt 0x1p3",
        "latestValue eq 5d",
        "name any a",
      })
  void refusesWhatIsNoFilter(String filter) {
    assertThatThrownBy(() -> StatsFilter.parse(filter))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesEndlessNesting() {
    assertThatThrownBy(() -> StatsFilter.parse("(".repeat(500) + "name eq a"))
        .hasMessageContaining("nested");
  }

  @Test
  void withoutAFilterEverythingPasses() {
    assertThat(StatsFilter.parse(null).test(stat())).isTrue();
    assertThat(StatsFilter.parse(" ").test(stat())).isTrue();
  }
}
