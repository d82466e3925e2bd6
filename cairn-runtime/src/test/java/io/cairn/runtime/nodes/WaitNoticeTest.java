// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WaitNoticeTest {

  private static final String MISSING = "1 of 3 members live; start again: b, c";

  private final AtomicLong nanos = new AtomicLong();
  private final Logger log = (Logger) LoggerFactory.getLogger(WaitNoticeTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final WaitNotice notice = new WaitNotice(log, nanos::get);

  @BeforeEach
  void listen() {
    log.setLevel(Level.INFO);
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
    log.setLevel(null);
  }

  private List<String> said() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void after(int seconds, String refusal) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    notice.look("default", refusal);
  }

  @Test
  void longWaitIsToldOnceAndItsEndToo() {
    after(0, MISSING);
    after(4, MISSING);
    assertThat(said()).isEmpty();
    after(1, MISSING);
    after(60, MISSING);
    assertThat(said()).singleElement().asString().contains(MISSING, "503", "./cairn recover");
    after(1, "");
    after(1, "");
    assertThat(said()).hasSize(2).last().asString().contains("default is over");
    after(1, MISSING);
    after(5, MISSING);
    assertThat(said()).hasSize(3);
  }

  @Test
  void shortWaitIsNotTold() {
    after(0, MISSING);
    after(4, "");
    after(4, MISSING);
    after(4, MISSING);
    after(0, "");
    assertThat(said()).isEmpty();
  }
}
