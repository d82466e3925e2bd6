// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the kernel, perf, ss and jcmd say is understood. */
class CountersTest {

  @Test
  void switchesAndTimeOfAThreadAreRead() {
    String status =
        """
        Name:\tcairn-http-1
        voluntary_ctxt_switches:\t120
        nonvoluntary_ctxt_switches:\t3
        """;

    ProcessUsage.ThreadUsage usage = ProcessUsage.parse(status, "8013244 55 7\n");

    assertThat(usage).isEqualTo(new ProcessUsage.ThreadUsage("cairn-http-1", 8_013_244, 123));
    assertThat(usage.compiles()).isFalse();
  }

  @Test
  void compilersAreToldApart() {
    assertThat(new ProcessUsage.ThreadUsage("C2 CompilerThre", 1, 1).compiles()).isTrue();
    assertThat(new ProcessUsage.ThreadUsage("C1 CompilerThre", 1, 1).compiles()).isTrue();
  }

  @Test
  void usageOfThisProcessGrows() throws IOException {
    List<Long> own = List.of(ProcessHandle.current().pid());
    ProcessUsage before = ProcessUsage.of(own);
    long sum = 0;
    while (ProcessUsage.of(own).since(before).cpuMicros() <= 0) {
      sum++;
    }
    assertThat(sum).isNotNegative();
  }

  @Test
  void systemCallsAreReadFromPerf() {
    List<String> lines =
        List.of(
            "# started on Mon Nov 30",
            "",
            "8709,,raw_syscalls:sys_enter,200,100.00,,",
            "3,,syscalls:sys_enter_fsync,200,100.00,,",
            "40,,syscalls:sys_enter_fdatasync,200,100.00,,");

    assertThat(SystemCalls.parse(lines)).contains(new SystemCalls.Counted(8_709, 43));
  }

  @Test
  void callsThatWereNotCountedAreNotNone() {
    assertThat(SystemCalls.parse(List.of("<not supported>,,raw_syscalls:sys_enter,0,100.00,,")))
        .isEmpty();
  }

  @Test
  void onlyConnectionsOfThePortsCount() {
    List<String> before = connections(10, 1_000, 2, 300);
    List<String> after = connections(15, 1_500, 4, 900);

    Traffic.Sent sent =
        Traffic.parse(after, Set.of(8000)).since(Traffic.parse(before, Set.of(8000)));

    assertThat(sent).isEqualTo(new Traffic.Sent(7, 1_100));
  }

  private static List<String> connections(long out, long bytes, long back, long backBytes) {
    return List.of(
        "ESTAB 0      0      [::ffff:127.0.0.1]:8000 [::ffff:127.0.0.1]:42178",
        "\t cubic bytes_sent:" + bytes + " bytes_acked:7 segs_out:" + out + " data_segs_out:5",
        "ESTAB 0      0      127.0.0.1:42178 127.0.0.1:8000",
        "\t cubic bytes_sent:" + backBytes + " segs_out:" + back + " segs_in:629",
        "ESTAB 0      0      127.0.0.1:9000 127.0.0.1:9001",
        "\t cubic bytes_sent:" + bytes * 7 + " segs_out:" + out * 7);
  }

  @Test
  void heapOfEachCollectorIsAddedUp() {
    String serial =
        """
        1234:
         DefNew     total 314560K, used 2048K [0x00000000c0000000, 0x00000000d5550000)
         Tenured    total 699072K, used 10240K [0x00000000d5550000, 0x0000000100000000)
         Metaspace       used 50000K, committed 50432K, reserved 1114112K
          class space    used 5000K, committed 5216K, reserved 1048576K
        """;
    String g1 =
        """
         garbage-first heap   total reserved 1048576K, committed 1048576K, used 20480K [0xc0000000)
          region size 1024K, 1 young (1024K), 0 survivors (0K)
         Metaspace       used 50000K, committed 50432K, reserved 1114112K
        """;

    assertThat(ProcessMemory.used(serial)).hasValue(12);
    assertThat(ProcessMemory.used(g1)).hasValue(20);
    assertThat(ProcessMemory.used("no such process")).isEmpty();
  }
}
