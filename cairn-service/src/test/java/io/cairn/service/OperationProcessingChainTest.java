// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.cairn.service.OperationProcessingChain.Filter;
import io.cairn.service.OperationProcessingChain.FilterReturnCode;
import io.cairn.service.OperationProcessingChain.OperationProcessingContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperationProcessingChainTest {
  private final List<String> log = new ArrayList<>();

  private void passed(Operation op) {
    log.add("passed");
  }

  private Filter filter(String name, FilterReturnCode code) {
    return (op, context) -> {
      log.add(name);
      return code;
    };
  }

  private void process(OperationProcessingChain chain) {
    chain.processRequest(new Operation(), (ServiceHost) null, this::passed);
  }

  @Test
  void filtersRunInOrderBeforeTheTarget() {
    process(
        OperationProcessingChain.create(
            filter("a", FilterReturnCode.CONTINUE_PROCESSING),
            filter("b", FilterReturnCode.CONTINUE_PROCESSING)));

    assertThat(log).containsExactly("a", "b", "passed");
  }

  @Test
  void filterThatEndsTheOperationEndsTheChain() {
    process(
        OperationProcessingChain.create(
            filter("a", FilterReturnCode.SUCCESS_STOP_PROCESSING),
            filter("b", FilterReturnCode.CONTINUE_PROCESSING)));
    process(
        OperationProcessingChain.create(
            filter("c", FilterReturnCode.FAILED_STOP_PROCESSING),
            filter("d", FilterReturnCode.CONTINUE_PROCESSING)));

    assertThat(log).containsExactly("a", "c");
  }

  @Test
  void suspendedOperationResumesBehindTheFilterThatHeldIt() {
    List<OperationProcessingContext> held = new ArrayList<>();
    Filter holding =
        (op, context) -> {
          log.add("hold");
          context.setSuspendConsumer(
              o -> {
                log.add("held");
                held.add(context);
              });
          return FilterReturnCode.SUSPEND_PROCESSING;
        };
    process(
        OperationProcessingChain.create(
            holding, filter("after", FilterReturnCode.CONTINUE_PROCESSING)));
    assertThat(log).containsExactly("hold", "held");

    held.getFirst().resumeProcessingRequest(new Operation());

    assertThat(log).containsExactly("hold", "held", "after", "passed");
  }

  @Test
  void operationResumedBeforeTheFilterReturnsIsNotLost() {
    Filter early =
        (op, context) -> {
          context.resumeProcessingRequest(op);
          return FilterReturnCode.SUSPEND_PROCESSING;
        };
    process(
        OperationProcessingChain.create(
            early, filter("after", FilterReturnCode.CONTINUE_PROCESSING)));

    assertThat(log).containsExactly("after", "passed");
  }

  @Test
  void filtersAreOpenedOnceAndClosed() {
    Filter filter =
        new Filter() {
          @Override
          public FilterReturnCode processRequest(Operation op, OperationProcessingContext context) {
            return FilterReturnCode.CONTINUE_PROCESSING;
          }

          @Override
          public void init() {
            log.add("init");
          }

          @Override
          public void close() {
            log.add("close");
          }
        };
    OperationProcessingChain chain =
        OperationProcessingChain.create(filter)
            .with(filter("added", FilterReturnCode.CONTINUE_PROCESSING));
    process(chain);
    chain.close();

    assertThat(log).containsExactly("init", "added", "passed", "close");
  }
}
