// How somebody uses a page: with a mouse, or by keyboard alone. Both know links, buttons and fields by the names that people
// read and screen readers say, never by what is in the markup.

// Milliseconds until a change must show, on the slowest machine.
const PATIENCE = 120_000;

// And until a page answers.
const WAIT = 60_000;

class Hands {
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(WAIT);
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

  // `within` names the group of fields, where several have a field of this label.
  field(label, within) {
    const place = within ? this.page.getByRole('group', { name: within }) : this.page;
    return place.getByLabel(label).first();
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

  // Loads a page until it says something: evidence is read again after a change, and the page before stays meanwhile.
  async until(path, said) {
    const end = Date.now() + PATIENCE;
    do {
      await this.go(path);
      if (said.test(await this.main())) return;
    } while (Date.now() < end);
    throw new Error(`${path} never says ${said}: ${await this.main()}`);
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

  async fill(label, text, within) {
    await this.field(label, within).fill(text);
  }

  async choose(label, option) {
    await this.field(label).selectOption(option);
  }

  async press(locator, key) {
    await (key === 'Enter' ? locator.press(key) : locator.click());
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

  async fill(label, text, within) {
    await this.reach(this.field(label, within));
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

  // Tab stops at a group of radio buttons once; arrows go from one to the next.
  async tick(label) {
    const field = this.field(label);
    if (await field.getAttribute('type') !== 'radio') return super.tick(label);
    const name = await field.getAttribute('name');
    await this.reach(this.page.locator(`input[type=radio][name="${name}"]`).first());
    for (let step = 0; step < 100 && !await field.isChecked(); step += 1) {
      await this.page.keyboard.press(step === 0 ? 'Space' : 'ArrowDown');
    }
    if (!await field.isChecked()) throw new Error(`no way by keyboard to ${label}`);
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
