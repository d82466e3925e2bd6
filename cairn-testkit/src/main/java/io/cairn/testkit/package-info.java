// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.testkit;

import org.jspecify.annotations.NullMarked;
