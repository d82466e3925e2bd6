// SPDX-License-Identifier: Apache-2.0
package io.cairn.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The law of sortable numbers: their bytes are in the order of the numbers. */
class SortableNumberTest {

  @Test
  void bytesAreInTheOrderOfTheNumbers() {
    long seed = System.nanoTime();
    System.out.println("SortableNumberTest seed " + seed);
    Random random = new Random(seed);
    List<BigDecimal> numbers = new ArrayList<>();
    for (String special :
        List.of(
            "0",
            "0.00",
            "1",
            "-1",
            "1.0",
            "0.1",
            "-0.1",
            "9.99",
            "10",
            "1E+999999999",
            "-1E-999999999")) {
      numbers.add(new BigDecimal(special));
    }
    for (int i = 0; i < 600; i++) {
      BigDecimal number =
          new BigDecimal(new BigInteger(1 + random.nextInt(200), random), random.nextInt(41) - 20);
      numbers.add(random.nextBoolean() ? number : number.negate());
      BigDecimal near = number.add(BigDecimal.valueOf(random.nextInt(3) - 1, number.scale() + 3));
      numbers.add(near);
    }
    for (BigDecimal one : numbers) {
      assertThat(SortableNumber.read(SortableNumber.of(one), 0)).isEqualByComparingTo(one);
      for (BigDecimal other : numbers) {
        int bytes = Arrays.compareUnsigned(SortableNumber.of(one), SortableNumber.of(other));
        assertThat(Integer.signum(bytes)).as("%s, %s", one, other).isEqualTo(one.compareTo(other));
      }
    }
  }
}
