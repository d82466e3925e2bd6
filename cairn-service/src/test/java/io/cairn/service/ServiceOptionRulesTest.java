// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.Service.ProcessingStage;
import io.cairn.service.Service.ServiceOption;
import java.util.Arrays;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceOptionRulesTest {

  private static EnumSet<ServiceOption> options(String names) {
    EnumSet<ServiceOption> options = EnumSet.noneOf(ServiceOption.class);
    Arrays.stream(names.split(" ", -1)).map(ServiceOption::valueOf).forEach(options::add);
    return options;
  }

  @ParameterizedTest
  @CsvSource({
    "CONCURRENT_UPDATE_HANDLING OWNER_SELECTION",
    "CONCURRENT_UPDATE_HANDLING STRICT_UPDATE_CHECKING",
    "URI_NAMESPACE_OWNER PERSISTENCE",
    "URI_NAMESPACE_OWNER REPLICATION",
    "PERIODIC_MAINTENANCE IMMUTABLE PERSISTENCE",
    "INSTRUMENTATION IMMUTABLE PERSISTENCE",
    "STATELESS PERSISTENCE",
    "STATELESS REPLICATION",
    "STATELESS STRICT_UPDATE_CHECKING"
  })
  void optionsThatExcludeEachOtherAreRefused(String names) {
    assertThat(ServiceOptionRules.conflictIn(options(names))).contains("excludes");
  }

  @Test
  void immutableDemandsPersistence() {
    assertThat(ServiceOptionRules.conflictIn(options("IMMUTABLE")))
        .isEqualTo("IMMUTABLE demands PERSISTENCE");
  }

  @ParameterizedTest
  @CsvSource({
    "PERSISTENCE REPLICATION OWNER_SELECTION INSTRUMENTATION PERIODIC_MAINTENANCE",
    "PERSISTENCE REPLICATION OWNER_SELECTION STRICT_UPDATE_CHECKING",
    "CONCURRENT_UPDATE_HANDLING CONCURRENT_GET_HANDLING PERSISTENCE",
    "IMMUTABLE PERSISTENCE",
    "STATELESS URI_NAMESPACE_OWNER CONCURRENT_UPDATE_HANDLING OWNER_SELECTION",
    "STATELESS FACTORY IDEMPOTENT_POST"
  })
  void usualCombinationsAgree(String names) {
    assertThat(ServiceOptionRules.conflictIn(options(names))).isNull();
  }

  @ParameterizedTest
  @EnumSource(value = ServiceOption.class, mode = EnumSource.Mode.EXCLUDE, names = "IMMUTABLE")
  void noOptionConflictsWithItself(ServiceOption option) {
    assertThat(ServiceOptionRules.conflictIn(EnumSet.of(option))).isNull();
  }

  @Test
  void fiveOptionsMayBeSwitchedWhileTheServiceRuns() {
    assertThat(ServiceOption.values())
        .filteredOn(Service.ServiceOption::isSwitchable)
        .containsExactlyInAnyOrder(
            ServiceOption.HTML_USER_INTERFACE,
            ServiceOption.DOCUMENT_OWNER,
            ServiceOption.PERIODIC_MAINTENANCE,
            ServiceOption.INSTRUMENTATION,
            ServiceOption.TRANSACTION_PENDING);
  }

  @Test
  void stagesAreInTheOrderInWhichTheyArePassed() {
    assertThat(ProcessingStage.values())
        .containsExactly(
            ProcessingStage.CREATED,
            ProcessingStage.INITIALIZING,
            ProcessingStage.LOADING_INITIAL_STATE,
            ProcessingStage.SYNCHRONIZING,
            ProcessingStage.EXECUTING_CREATE_HANDLER,
            ProcessingStage.EXECUTING_START_HANDLER,
            ProcessingStage.INDEXING_INITIAL_STATE,
            ProcessingStage.REPLICATE_STATE,
            ProcessingStage.AVAILABLE,
            ProcessingStage.STOPPED);
  }
}
