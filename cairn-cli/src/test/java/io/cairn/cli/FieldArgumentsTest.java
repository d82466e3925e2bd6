// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cairn.cli.output.Formats;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldArgumentsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--name=n | {\"name\":\"n\"}",
        "--name n | {\"name\":\"n\"}",
        "--name= | {\"name\":\"\"}",
        "--name -5 | {\"name\":\"-5\"}",
        "--name=a=b | {\"name\":\"a=b\"}",
        "--name=--b | {\"name\":\"--b\"}",
        "--counter=7 | {\"counter\":\"7\"}",
        "--counter:=7 | {\"counter\":7}",
        "--counter:=1.10 | {\"counter\":1.10}",
        "--counter:=12345678901234567890123 | {\"counter\":12345678901234567890123}",
        "--on:=true | {\"on\":true}",
        "--gone:=null | {\"gone\":null}",
        "--o:={\"a\":[1]} | {\"o\":{\"a\":[1]}}",
        "--time=12:=30 | {\"time\":\"12:=30\"}",
        "--a.b=c | {\"a\":{\"b\":\"c\"}}",
        "--a.b=c --a.d=e | {\"a\":{\"b\":\"c\",\"d\":\"e\"}}",
        "--a\\.b=c | {\"a.b\":\"c\"}",
        "--a\\==c | {\"a=\":\"c\"}",
        "--a\\:=c | {\"a:\":\"c\"}",
        "--m[\"x.y\"].z=1 | {\"m\":{\"x.y\":{\"z\":\"1\"}}}",
        "--m['k=v']=1 | {\"m\":{\"k=v\":\"1\"}}",
        "--tags[0]=x --tags[1]=y | {\"tags\":[\"x\",\"y\"]}",
        "--tags[1]=y --tags[0]=x | {\"tags\":[\"x\",\"y\"]}",
        "--k.a[0].f=1 --k.a[1].q=2 | {\"k\":{\"a\":[{\"f\":\"1\"},{\"q\":\"2\"}]}}",
        "--m[0][1]=b --m[0][0]=a | {\"m\":[[\"a\",\"b\"]]}",
      })
  void fieldsMakeTheBody(String arguments, String body) {
    assertThat(body(arguments.split(" "))).isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--flag | --flag has no value; write --flag=text, or --flag:=true for a boolean",
        "--flag --name=n | --flag has no value",
        "--n:=seven | --n:=seven is not JSON; for text write --n=seven",
        "--n:= | is not JSON",
        "--=x | names no field",
        "--:=1 | names no field",
        "--a=1 --a=2 | --a is given twice; for a list write --a[0]=... --a[1]=...",
        "--a=1 --a.b=2 | the field 'b' does not fit: what holds it is text",
        "--a.b=1 --a[0]=2 | the element [0] does not fit: what holds it is an object",
        "--a[1]=x | the list has a hole: --a[0] is not given",
        "--b.a[2].c=x | the list has a hole: --b.a[0] is not given",
        "--a[x]=1 | brackets hold a list index or a quoted key, not 'x'",
        "--a[-1]=1 | brackets hold a list index",
        "--a[]=1 | brackets hold a list index",
        "--a[99999]=1 | a list index is at most 9999",
        "--a[0 x | a bracket is not closed",
        "--a..b=1 | a field name is empty",
        "--a.=1 | it ends in a dot",
        "--a[0]b=1 | expected a dot after a bracket",
        "-z | unknown option -z",
      })
  void mistakesAreExplained(String arguments, String reason) {
    assertThatThrownBy(() -> body(arguments.split(" "))).hasMessageContaining(reason);
  }

  @Test
  void typedValueIsOneJsonValue() {
    assertThatThrownBy(() -> body("--n:=1 2")).hasMessageContaining("is not JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "/core/examples", "-"})
  void whatDoesNotStartLikeAFieldIsAWord(String word) {
    assertThat(FieldArguments.parse(List.of("--name", "n", word)).words()).containsExactly(word);
  }

  @Test
  void fieldsGoOverTheInputDocument() {
    var input = Formats.json().readTree("{\"a\":{\"b\":1,\"c\":2},\"l\":[1,2],\"n\":null}");
    var fields =
        FieldArguments.parse(List.of("--a.b=x", "--l[1]=y", "--l[2]=z", "--n.m=w")).fields();

    assertThat(RequestBody.of(input, fields))
        .hasToString("{\"a\":{\"b\":\"x\",\"c\":2},\"l\":[1,\"y\",\"z\"],\"n\":{\"m\":\"w\"}}");
  }

  @Test
  void fieldsDoNotGoOverAList() {
    var fields = FieldArguments.parse(List.of("--a=x")).fields();

    assertThatThrownBy(() -> RequestBody.of(Formats.json().readTree("[1]"), fields))
        .hasMessageContaining("what holds it is a list");
  }

  private static String body(String... arguments) {
    FieldArguments parsed = FieldArguments.parse(List.of(arguments));
    return Objects.requireNonNull(RequestBody.of(null, parsed.fields())).toString();
  }
}
