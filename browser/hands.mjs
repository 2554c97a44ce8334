// How somebody uses a page: with a mouse, or by keyboard alone. Both know links, buttons and fields by the names that people
// read and screen readers say, never by what is in the markup.

class Hands {
  constructor(page) {
    this.page = page;
  }

  async go(path) {
    const answer = await this.page.goto(path);
    return answer.status();
  }

  link(name) {
    return this.page.getByRole('link', { name }).first();
  }

  button(name) {
    return this.page.getByRole('button', { name }).first();
  }

  field(label) {
    return this.page.getByLabel(label).first();
  }

  async heading() {
    return (await this.page.getByRole('heading', { level: 1 }).innerText()).trim();
  }

  async main() {
    return this.page.locator('main').innerText();
  }

  async tick(label) {
    await this.press(this.field(label), 'Space');
  }
}

export class Mouse extends Hands {
  async follow(name) {
    await this.link(name).click();
    await this.page.waitForLoadState();
  }

  async send(name) {
    await this.button(name).click();
    await this.page.waitForLoadState();
  }

  async fill(label, text) {
    await this.field(label).fill(text);
  }

  async choose(label, option) {
    await this.field(label).selectOption(option);
  }

  async press(locator) {
    await locator.click();
  }
}

export class Keyboard extends Hands {
  // Goes on by Tab until the element has the focus, as somebody without a mouse does.
  async reach(locator) {
    await locator.waitFor();
    for (let step = 0; step < 600; step += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press('Tab');
    }
    throw new Error(`no way by keyboard to ${locator}`);
  }

  async follow(name) {
    await this.reach(this.link(name));
    await this.#enter();
  }

  async send(name) {
    await this.reach(this.button(name));
    await this.#enter();
  }

  async #enter() {
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press('Enter')]);
  }

  async fill(label, text) {
    await this.reach(this.field(label));
    await this.page.keyboard.press('Control+A');
    await this.page.keyboard.type(text);
  }

  // A closed list is gone through with the arrow keys, which do not open it.
  async choose(label, option) {
    const field = this.field(label);
    await this.reach(field);
    for (let step = 0; step < 100; step += 1) {
      const now = await field.evaluate((list) => [list.value, list.selectedOptions[0]?.label]);
      if (now.includes(option)) return;
      const wanted = await field.evaluate((list, name) => [...list.options].findIndex((one) => one.value === name || one.label === name), option);
      const here = await field.evaluate((list) => list.selectedIndex);
      if (wanted < 0) throw new Error(`no option ${option} in ${label}`);
      await this.page.keyboard.press(wanted > here ? 'ArrowDown' : 'ArrowUp');
    }
  }

  async press(locator, key = 'Enter') {
    await this.reach(locator);
    await this.page.keyboard.press(key);
  }
}

// Every way in which a journey must work.
export const WAYS = [
  { name: 'with a mouse', Hands: Mouse, context: {} },
  { name: 'with scripts off', Hands: Mouse, context: { javaScriptEnabled: false } },
  { name: 'by keyboard alone', Hands: Keyboard, context: {} },
];
