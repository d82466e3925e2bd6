// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.cli;

import org.jspecify.annotations.NullMarked;
